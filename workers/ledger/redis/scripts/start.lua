-- The guards let it inject.
-- KEYS: run events
-- ARGV: epoch
if not holds(K.run, A.epoch) or redis.call('HGET', K.run, 'state') ~= 'claimed' then
  return 0
end
start(K)
return 1
