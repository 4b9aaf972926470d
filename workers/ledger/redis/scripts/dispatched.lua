-- The first of the outbox were sent.
-- KEYS: lead outbox
-- ARGV: fence count
if leads(K.lead, A.fence) then
  redis.call('LTRIM', K.outbox, A.count, -1)
end
