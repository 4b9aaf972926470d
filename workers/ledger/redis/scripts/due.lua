-- What is due by this server's clock, earliest first.
-- KEYS: due
-- ARGV: limit
return redis.call('ZRANGEBYSCORE', K.due, '-inf', whole(now()), 'WITHSCORES', 'LIMIT', 0, A.limit)
