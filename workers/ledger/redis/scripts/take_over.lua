-- Fence the holder of an epoch out: one taker for each epoch. The same token is told the same again.
-- KEYS: run leases
-- ARGV: run_id epoch worker token lease_ms
local run = redis.call('HMGET', K.run, 'state', 'epoch', 'token')
if run[1] == 'undoing' and run[3] == A.token then
  return run[2]
end
if not holds(K.run, A.epoch) then
  return false
end
local lease = whole(now() + A.lease_ms)
redis.call('HSET', K.run, 'state', 'undoing', 'worker', A.worker, 'pid', '0', 'token', A.token, 'lease_until', lease)
redis.call('ZADD', K.leases, lease, A.run_id)
return whole(redis.call('HINCRBY', K.run, 'epoch', 1))
