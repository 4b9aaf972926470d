-- A channel hears what happens from its first opening on.
-- KEYS: channel channels events
-- ARGV: name
local last = redis.call('XREVRANGE', K.events, '+', '-', 'COUNT', 1)[1]
if redis.call('HSETNX', K.channel, 'cursor', last and last[1] or '0-0') == 1 then
  redis.call('SADD', K.channels, A.name)
end
