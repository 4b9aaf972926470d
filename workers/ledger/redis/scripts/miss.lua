-- Close as missed what nobody claimed in time, as skipped what waits while halted.
-- KEYS: lead run waiting sent leases slots open events halt
-- ARGV: fence run_id
if not leads(K.lead, A.fence) then
  return 0
end
local run = redis.call('HMGET', K.run, 'state', 'start_by', 'unclaimed')
if not run[1] then
  redis.call('ZREM', K.waiting, A.run_id)
  redis.call('ZREM', K.sent, A.run_id)
  return 0
end
local halt = halted(K.halt)
if run[1] ~= 'queued' or not (halt or now() > tonumber(run[2])) then
  return 0
end
end_fire(K, halt and 'skipped' or 'missed', halt or run[3])
return 1
