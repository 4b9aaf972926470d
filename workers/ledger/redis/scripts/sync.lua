-- Set due times and digests and forget schedules, in one step.
-- KEYS: lead due digests
-- ARGV: fence dues digests_count
if not leads(K.lead, A.fence) then
  return 0
end
local at = REST
for _ = 1, A.dues do
  if ARGV[at + 1] == '' then
    redis.call('ZREM', K.due, ARGV[at])
  else
    redis.call('ZADD', K.due, ARGV[at + 1], ARGV[at])
  end
  at = at + 2
end
for _ = 1, A.digests_count do
  redis.call('HSET', K.digests, ARGV[at], ARGV[at + 1])
  at = at + 2
end
for i = at, #ARGV do
  redis.call('ZREM', K.due, ARGV[i])
  redis.call('HDEL', K.digests, ARGV[i])
end
return 1
