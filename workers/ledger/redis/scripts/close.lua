-- How an undo ended; a failed one stays owed. What a closed run no longer owes is kept as long as its record.
-- KEYS: run intents undone owed owing
-- ARGV: run_id id undone failed
if redis.call('HEXISTS', K.intents, A.id) == 0 then
  return
end
redis.call('HSET', K.undone, A.id, A.undone)
if A.failed == '1' then
  return
end
redis.call('ZREM', K.owed, A.id)
local state = redis.call('HGET', K.run, 'state')
if redis.call('ZCARD', K.owed) == 0 and (state == 'ended' or not state) then
  redis.call('SREM', K.owing, A.run_id)
  redis.call('EXPIRE', K.intents, KEEP_SECONDS)
  redis.call('EXPIRE', K.undone, KEEP_SECONDS)
end
