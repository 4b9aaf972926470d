-- The guards let it inject.
-- KEYS: run events
-- ARGV: epoch dry
if not holds(K.run, A.epoch) or redis.call('HGET', K.run, 'state') ~= 'claimed' then
  return 0
end
redis.call('HSET', K.run, 'dry', A.dry)
start(K)
return 1
