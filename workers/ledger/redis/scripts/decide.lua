-- Decide each fire once: compare-and-set on its due time, then the record, slots, outbox and event.
-- Behind the named keys follow four for each decision, behind the named arguments FIELDS of each.
-- KEYS: lead due outbox slots open events history queues halt
-- ARGV: fence count
local FIELDS = {'schedule', 'due', 'next_due', 'outcome', 'reason', 'queue', 'run_id', 'overlap_skip', 'scopes',
  'start_by', 'deadline_ms', 'unclaimed', 'dry', 'frame', 'order'}

local function decision(index)
  local one = {}
  for place, name in ipairs(FIELDS) do
    one[name] = ARGV[REST + (index - 1) * #FIELDS + place - 1]
  end
  return one
end

local function keys_of(index)
  local first = REST_KEYS + (index - 1) * 4
  return {run = KEYS[first], waiting = KEYS[first + 1], sent = KEYS[first + 2], leases = KEYS[first + 3],
    slots = K.slots, open = K.open, events = K.events}
end

-- Why a halt, a limit or the overlap refuses it; nil when nothing does.
local halt = halted(K.halt)
local function refusal(one)
  if halt then
    return halt
  end
  local function from(name) return '[' .. name .. '|' end
  local function to(name) return '[' .. name .. '|\255' end
  local mine = redis.call('ZRANGEBYLEX', K.open, from(one.schedule), to(one.schedule), 'LIMIT', 0, 1)[1]
  if one.overlap_skip == '1' and mine then
    return 'overlap: run ' .. string.sub(mine, #one.schedule + 2) .. ' of this schedule is still open'
  end
  for _, scope in ipairs(cjson.decode(one.scopes)) do
    local name, limit = scope[1], scope[2]
    local taken = redis.call('ZLEXCOUNT', K.slots, from(name), to(name))
    if taken >= limit then
      local first = redis.call('ZRANGEBYLEX', K.slots, from(name), to(name), 'LIMIT', 0, 1)[1]
      return 'limit of ' .. name .. ': ' .. taken .. ' of ' .. whole(limit) .. ' concurrent runs are open'
        .. (first and ', the first is ' .. string.sub(first, #name + 2) or '')
    end
  end
end

local function write(one, k)
  redis.call('HSET', k.run, 'run_id', one.run_id, 'schedule', one.schedule, 'state', 'queued', 'epoch', '0',
    'order', one.order, 'frame', one.frame, 'scopes', one.scopes, 'start_by', one.start_by,
    'deadline_ms', one.deadline_ms, 'unclaimed', one.unclaimed, 'dry', one.dry)
  redis.call('LPUSH', K.history, one.queue .. '|' .. one.run_id)
  redis.call('SADD', K.queues, one.queue)
end

local function enqueue(one, k)
  for _, scope in ipairs(cjson.decode(one.scopes)) do
    redis.call('ZADD', K.slots, 0, scope[1] .. '|' .. one.run_id)
  end
  redis.call('ZADD', K.open, 0, one.schedule .. '|' .. one.run_id)
  redis.call('ZADD', k.waiting, one.start_by, one.run_id)
  redis.call('ZADD', k.sent, whole(now()), one.run_id)
  redis.call('RPUSH', K.outbox, one.queue .. '|' .. one.run_id)
end

local function decide(one, k)
  if tonumber(redis.call('ZSCORE', K.due, one.schedule) or -1) ~= tonumber(one.due) then
    return 'stale'
  end
  if one.next_due == '' then
    redis.call('ZREM', K.due, one.schedule)
  else
    redis.call('ZADD', K.due, one.next_due, one.schedule)
  end
  if redis.call('EXISTS', k.run) == 1 then
    return 'stale'
  end
  local outcome, reason = one.outcome, one.reason
  if outcome == '' then
    reason = refusal(one)
    outcome = reason and 'skipped' or ''
  end
  write(one, k)
  if outcome == '' then
    enqueue(one, k)
    return 'queued'
  end
  end_fire(k, outcome, reason)
  return outcome
end

local decided = {}
local leading = leads(K.lead, A.fence)
for index = 1, A.count do
  decided[index] = leading and decide(decision(index), keys_of(index)) or 'fenced'
end
redis.call('LTRIM', K.history, 0, HISTORY - 1)
return decided
