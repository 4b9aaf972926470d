-- One deliverer at a time, none while the channel is postponed.
-- KEYS: channel
-- ARGV: holder seize_ms
local at = now()
local place = redis.call('HMGET', K.channel, 'cursor', 'seized_until', 'retry_at')
if not place[1] or tonumber(place[2] or 0) > at or tonumber(place[3] or 0) > at then
  return false
end
redis.call('HSET', K.channel, 'holder', A.holder, 'seized_until', whole(at + A.seize_ms))
return redis.call('HINCRBY', K.channel, 'fence', 1)
