-- An intent before its mutation: only the holder of a live lease, each id once.
-- KEYS: run intents owed
-- ARGV: epoch id intent
local run = redis.call('HMGET', K.run, 'state', 'epoch', 'lease_until')
if run[1] ~= 'claimed' or run[2] ~= A.epoch or tonumber(run[3]) <= now() then
  return 0
end
if redis.call('HSETNX', K.intents, A.id, A.intent) == 0 then
  return 0
end
redis.call('ZADD', K.owed, redis.call('HLEN', K.intents), A.id)
return 1
