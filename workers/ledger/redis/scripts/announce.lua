-- Append an event that no run stands behind; the same id twice is one event.
-- KEYS: told events
-- ARGV: event
if redis.call('SET', K.told, '1', 'NX', 'EX', KEEP_SECONDS) then
  redis.call('XADD', K.events, 'MAXLEN', '~', EVENTS_KEPT, '*', 'event', A.event)
end
