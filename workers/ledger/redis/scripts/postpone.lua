-- Do not try before a time; one failed attempt more.
-- KEYS: channel
-- ARGV: fence retry_at note
if redis.call('HGET', K.channel, 'fence') == A.fence then
  redis.call('HSET', K.channel, 'retry_at', A.retry_at, 'note', A.note)
  redis.call('HINCRBY', K.channel, 'attempts', 1)
end
