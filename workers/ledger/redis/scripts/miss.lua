-- Close as missed what nobody claimed in time.
-- KEYS: lead run waiting sent leases slots open events
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
if run[1] ~= 'queued' or now() <= tonumber(run[2]) then
  return 0
end
end_fire(K, 'missed', run[3])
return 1
