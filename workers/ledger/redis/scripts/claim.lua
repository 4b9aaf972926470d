-- Claimed once; the same token asks again after a lost answer and gets the same claim.
-- KEYS: run waiting sent leases slots open events halt
-- ARGV: run_id worker pid token lease_ms
local run = redis.call('HMGET', K.run, 'state', 'token', 'start_by', 'unclaimed', 'deadline_ms')
if not run[1] then
  return {'unknown'}
end
local function claim()
  local claimed = redis.call('HMGET', K.run, 'order', 'epoch', 'deadline')
  return {'claimed', claimed[1], claimed[2], claimed[3]}
end
if run[1] == 'claimed' and run[2] == A.token then
  return claim()
end
if run[1] ~= 'queued' then
  return {'taken'}
end
local at = now()
if at > tonumber(run[3]) then
  end_fire(K, 'missed', run[4])
  return {'late'}
end
local halt = halted(K.halt)
if halt then
  end_fire(K, 'skipped', halt)
  return {'halted'}
end
redis.call('HINCRBY', K.run, 'epoch', 1)
redis.call('HSET', K.run, 'state', 'claimed', 'worker', A.worker, 'pid', A.pid, 'token', A.token,
  'lease_until', whole(at + A.lease_ms), 'deadline', whole(at + run[5]))
redis.call('ZADD', K.leases, whole(at + A.lease_ms), A.run_id)
redis.call('ZREM', K.waiting, A.run_id)
redis.call('ZREM', K.sent, A.run_id)
return claim()
