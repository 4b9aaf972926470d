-- A guard refused it before its first mutation.
-- KEYS: run waiting sent leases slots open events
-- ARGV: epoch token how reason
local run = redis.call('HMGET', K.run, 'state', 'started', 'token', 'epoch')
if run[1] == 'ended' and run[3] == A.token then
  return 1
end
if run[1] ~= 'claimed' or run[4] ~= A.epoch or run[2] == '1' then
  return 0
end
redis.call('HSET', K.run, 'token', A.token)
end_fire(K, A.how, A.reason)
return 1
