-- In front of every script. K holds the declared keys, A the arguments, both by name (see script.py).
-- KEEP_SECONDS and the other capitals come from workers/ledger/leases.py.

-- UTC milliseconds of this server, the only clock of the ledger.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Lua prints large numbers as 1.7e+15 otherwise.
local function whole(number)
  return string.format('%.0f', number)
end

-- UTC to the millisecond; os.date is not there. Days to a date by Howard Hinnant's civil_from_days.
local function rfc3339(ms)
  local seconds = math.floor(ms / 1000)
  local days, rest = math.floor(seconds / 86400) + 719468, seconds % 86400
  local era = math.floor(days / 146097)
  local doe = days - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year, month,
    doy - math.floor((153 * mp + 2) / 5) + 1,
    math.floor(rest / 3600), math.floor(rest / 60) % 60, rest % 60, ms % 1000)
end

-- True while nobody led after this fence.
local function leads(lead, fence)
  return redis.call('HGET', lead, 'fence') == fence
end

-- True while this epoch is the right to move the run on.
local function holds(run, epoch)
  local record = redis.call('HMGET', run, 'state', 'epoch')
  return (record[1] == 'claimed' or record[1] == 'undoing') and record[2] == epoch
end

local function truth(flag)
  return flag == '1' and 'true' or 'false'
end

-- Append an event of the run as it stands: the order's part was written as JSON by Python.
local function tell(K, name)
  local run = redis.call('HMGET', K.run, 'run_id', 'frame', 'reason', 'outcome', 'dry', 'undo_failed')
  local event = run[2]
    .. ', "id": ' .. cjson.encode(run[1] .. '/' .. name)
    .. ', "name": "' .. name .. '", "time": "' .. rfc3339(now())
    .. '", "reason": ' .. cjson.encode(run[3] or '')
    .. ', "outcome": "' .. (run[4] or '')
    .. '", "dry": ' .. truth(run[5]) .. ', "undo_failed": ' .. truth(run[6]) .. '}'
  redis.call('XADD', K.events, 'MAXLEN', '~', EVENTS_KEPT, '*', 'event', event)
end

-- Close the run and give back what it held: slots, its place in the overlap, its lease.
local function close(K, outcome, reason)
  local run = redis.call('HMGET', K.run, 'run_id', 'schedule', 'scopes')
  redis.call('HSET', K.run, 'state', 'ended', 'outcome', outcome, 'reason', reason)
  redis.call('EXPIRE', K.run, KEEP_SECONDS)
  for _, scope in ipairs(cjson.decode(run[3])) do
    redis.call('ZREM', K.slots, scope[1] .. '|' .. run[1])
  end
  redis.call('ZREM', K.open, run[2] .. '|' .. run[1])
  redis.call('ZREM', K.waiting, run[1])
  redis.call('ZREM', K.sent, run[1])
  redis.call('ZREM', K.leases, run[1])
end

-- Close a fire that makes no run, with its event.
local function end_fire(K, how, reason)
  close(K, how, reason)
  tell(K, 'fire-' .. how)
end

-- Tell run-started, once.
local function start(K)
  if redis.call('HGET', K.run, 'started') ~= '1' then
    redis.call('HSET', K.run, 'started', '1')
    tell(K, 'run-started')
  end
end

-- Close a run: its one end event, then a failed undo. What it still owes outlives its record.
local function end_run(K, run_id, outcome, reason)
  close(K, outcome, reason)
  tell(K, 'run-' .. outcome)
  if redis.call('HGET', K.run, 'undo_failed') == '1' then
    tell(K, 'undo-failed')
  end
  if redis.call('ZCARD', K.owed) > 0 then
    redis.call('SADD', K.owing, run_id)
  else
    redis.call('EXPIRE', K.intents, KEEP_SECONDS)
    redis.call('EXPIRE', K.undone, KEEP_SECONDS)
  end
end

-- Why nothing is injected, while a halt stands.
local function halted(halt)
  local found = redis.call('HMGET', halt, 'said', 'until')
  if found[1] and (found[2] == '' or tonumber(found[2]) > now()) then
    return found[1]
  end
end

-- Append an event of a halt.
local function tell_halt(K, token, name, reason)
  local event = '{"id": "halt-' .. token .. '/' .. name .. '", "name": "' .. name .. '", "time": "' .. rfc3339(now())
    .. '", "reason": ' .. cjson.encode(reason) .. ', "namespaces": []}'
  redis.call('XADD', K.events, 'MAXLEN', '~', EVENTS_KEPT, '*', 'event', event)
end

-- End the halt, with its event.
local function end_halt(K, how)
  local ended = redis.call('HMGET', K.halt, 'token', 'said')
  redis.call('DEL', K.halt)
  tell_halt(K, ended[1], 'resumed', how .. '; it was ' .. ended[2])
end

-- Tell of a halt whose time is over.
local function lapse(K)
  if redis.call('EXISTS', K.halt) == 1 and not halted(K.halt) then
    end_halt(K, 'its time is over')
  end
end
