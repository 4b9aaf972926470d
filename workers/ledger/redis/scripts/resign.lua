-- Give the lead up, if it is still ours; the fence is stale with that.
-- KEYS: lead
-- ARGV: replica fence
if leads(K.lead, A.fence) and redis.call('HGET', K.lead, 'replica') == A.replica then
  redis.call('HSET', K.lead, 'until', '0', 'fence', whole(A.fence + 1))
end
