-- Close a run once. The same token asks again after a lost answer and is told the same.
-- KEYS: run waiting sent leases slots open events intents undone owed owing journal
-- ARGV: run_id epoch token outcome reason dry undo_failed journal
local run = redis.call('HMGET', K.run, 'state', 'token')
if run[1] == 'ended' and run[2] == A.token then
  return 1
end
if not holds(K.run, A.epoch) then
  return 0
end
redis.call('HSET', K.run, 'dry', A.dry)
start(K)
redis.call('HSET', K.run, 'token', A.token, 'undo_failed', A.undo_failed)
redis.call('SET', K.journal, A.journal, 'EX', KEEP_SECONDS)
end_run(K, A.run_id, A.outcome, A.reason)
return 1
