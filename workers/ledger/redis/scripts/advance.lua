-- Everything up to a position is dealt with; failures are forgotten.
-- KEYS: channel
-- ARGV: fence position
if redis.call('HGET', K.channel, 'fence') ~= A.fence then
  return 0
end
redis.call('HSET', K.channel, 'cursor', A.position, 'attempts', '0', 'retry_at', '0', 'note', '')
return 1
