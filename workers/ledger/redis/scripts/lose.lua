-- Close as lost what lost its lease long ago and no reaper took over.
-- KEYS: lead run waiting sent leases slots open events intents undone owed owing
-- ARGV: fence run_id give_up_ms give_up
local run = redis.call('HMGET', K.run, 'state', 'lease_until', 'worker')
local expired = tonumber(run[2] or 'inf') <= now() - A.give_up_ms
if not leads(K.lead, A.fence) or not expired or (run[1] ~= 'claimed' and run[1] ~= 'undoing') then
  return 0
end
start(K)
local owed = redis.call('ZCARD', K.owed)
if owed > 0 then
  redis.call('HSET', K.run, 'undo_failed', '1')
end
end_run(K, A.run_id, 'lost', 'worker ' .. run[3] .. ' lost its lease and no reaper took the run over within '
  .. A.give_up .. (owed > 0 and '; undos still owed: ' .. owed or ''))
return 1
