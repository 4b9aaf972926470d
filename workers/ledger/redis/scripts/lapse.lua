-- Tell of a halt whose time is over; 1 while one stands.
-- KEYS: lead halt events
-- ARGV: fence
if not leads(K.lead, A.fence) then
  return 0
end
lapse(K)
return redis.call('EXISTS', K.halt)
