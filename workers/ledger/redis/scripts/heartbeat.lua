-- This worker's reaper is alive; those long silent are forgotten.
-- KEYS: reapers
-- ARGV: worker
redis.call('ZADD', K.reapers, whole(now()), A.worker)
redis.call('ZREMRANGEBYSCORE', K.reapers, '-inf', whole(now() - 10 * REAPER_FRESH_MS))
