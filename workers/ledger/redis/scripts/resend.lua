-- Send a run's message again that nobody claimed for a while.
-- KEYS: lead run outbox sent
-- ARGV: fence queue run_id resend_ms
local last = tonumber(redis.call('ZSCORE', K.sent, A.run_id) or 'inf')
if leads(K.lead, A.fence) and redis.call('HGET', K.run, 'state') == 'queued' and last <= now() - A.resend_ms then
  redis.call('ZADD', K.sent, whole(now()), A.run_id)
  redis.call('RPUSH', K.outbox, A.queue .. '|' .. A.run_id)
end
