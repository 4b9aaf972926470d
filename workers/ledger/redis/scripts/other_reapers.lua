-- How many other reapers were heard lately.
-- KEYS: reapers
-- ARGV: worker fresh_ms
local since = now() - A.fresh_ms
local heard = redis.call('ZCOUNT', K.reapers, whole(since), '+inf')
local own = tonumber(redis.call('ZSCORE', K.reapers, A.worker) or '-inf')
return own >= since and heard - 1 or heard
