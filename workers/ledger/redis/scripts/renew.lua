-- Prolong the lease of whoever holds the epoch.
-- KEYS: run leases
-- ARGV: run_id epoch lease_ms
if not holds(K.run, A.epoch) then
  return 0
end
local lease = whole(now() + A.lease_ms)
redis.call('HSET', K.run, 'lease_until', lease)
redis.call('ZADD', K.leases, lease, A.run_id)
return 1
