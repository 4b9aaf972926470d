-- Halt; one that ends no later than what stands changes nothing. The same token is told the same again.
-- KEYS: halt open events
-- ARGV: token by reason for_ms
local NAMED = 5

local function second(ms)
  local at = rfc3339(ms)
  return string.sub(at, 1, 10) .. ' ' .. string.sub(at, 12, 19) .. ' UTC'
end

local function still_open()
  local names, count = {}, redis.call('ZCARD', K.open)
  for place, entry in ipairs(redis.call('ZRANGE', K.open, 0, NAMED - 1)) do
    names[place] = string.match(entry, '|(.*)$')
  end
  local more = count > NAMED and ' and ' .. count - NAMED .. ' more' or ''
  return count == 0 and 'no run is open' or 'open: ' .. table.concat(names, ', ') .. more
end

local at = now()
local ends = A.for_ms == '' and '' or whole(at + A.for_ms)
local found = redis.call('HMGET', K.halt, 'token', 'until')
local longer = found[2] ~= '' and (ends == '' or tonumber(ends) > tonumber(found[2] or 0))
if found[1] ~= A.token and (longer or not halted(K.halt)) then
  lapse(K)
  local said = 'halted by ' .. A.by .. ' since ' .. second(at) .. ' until '
    .. (ends == '' and 'somebody resumes' or second(ends)) .. (A.reason ~= '' and ': ' .. A.reason or '')
  redis.call('HSET', K.halt, 'token', A.token, 'since', whole(at), 'until', ends, 'by', A.by, 'reason', A.reason,
    'said', said)
  tell_halt(K, A.token, 'halted', said .. '; ' .. still_open())
end
return redis.call('HMGET', K.halt, 'since', 'until', 'by', 'reason')
