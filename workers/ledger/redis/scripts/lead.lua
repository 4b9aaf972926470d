-- Take or renew the lead; the fence only grows, even after a failover that lost one.
-- KEYS: lead
-- ARGV: replica lease_ms
local at = now()
local held = redis.call('HMGET', K.lead, 'replica', 'until', 'fence')
local until_ms, fence = tonumber(held[2] or 0), tonumber(held[3] or 0)
if until_ms > at and held[1] ~= A.replica then
  return false
end
if until_ms <= at then
  fence = math.max(fence + 1, at * 1000)
end
redis.call('HSET', K.lead, 'replica', A.replica, 'until', whole(at + A.lease_ms), 'fence', whole(fence))
return whole(fence)
