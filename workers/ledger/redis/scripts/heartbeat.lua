-- This worker's reaper is alive; those long silent are forgotten.
-- KEYS: reapers
-- ARGV: worker fresh_ms
redis.call('ZADD', K.reapers, whole(now()), A.worker)
redis.call('ZREMRANGEBYSCORE', K.reapers, '-inf', whole(now() - 10 * A.fresh_ms))
