-- End the halt that stands; nothing when none does.
-- KEYS: halt events
-- ARGV: how
lapse(K)
local stood = redis.call('HMGET', K.halt, 'since', 'until', 'by', 'reason')
if not stood[1] then
  return false
end
end_halt(K, A.how)
return stood
