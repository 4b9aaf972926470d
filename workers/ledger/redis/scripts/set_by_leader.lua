-- Set one value of the repo in force.
-- KEYS: lead repo
-- ARGV: fence name value
if not leads(K.lead, A.fence) then
  return 0
end
redis.call('HSET', K.repo, A.name, A.value)
return 1
