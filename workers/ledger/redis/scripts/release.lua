-- Free for the next deliverer; the fence is stale with that.
-- KEYS: channel
-- ARGV: fence
if redis.call('HGET', K.channel, 'fence') == A.fence then
  redis.call('HSET', K.channel, 'seized_until', '0')
  redis.call('HINCRBY', K.channel, 'fence', 1)
end
