-- Learns from one answer where the server's windows are, how much they hold, who else spends, and whether to stop.
-- KEYS: 1 the app's state, 2 the workspace's (see reserve.lua)
-- ARGV: 1 the app's configured limit, 2 window, 3 guard, 4 sent at the earliest, 5 received at the latest,
--       6 1 if refused (429) else 0, 7 a random number below 1, 8 lifetime of an idle state (ms), 9 the workspace's
--       configured limit (0: nobody shares it), then what the headers say, '' for nothing: 10 limit, 11 remaining,
--       12 reset, 13 date, 14 retry after
-- Returns for how long a scope is now blocked. All in seconds; moments are on Redis's clock, reset and date on the
-- server's.
local DRIFT, FAR, DATE_ERROR = 2e-4, 3, 2
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local window, guard = tonumber(ARGV[2]), tonumber(ARGV[3])
local sent, received = tonumber(ARGV[4]), tonumber(ARGV[5])
local refused, random = ARGV[6] == '1', tonumber(ARGV[7])
local reset, date, retry_after = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14])

local far = reset and date and reset - date > FAR * window + DATE_ERROR
if far then reset = nil end

-- What one scope learns. `limit` and `remaining` are the server's word about it, nil for nothing; `stop` says whether a
-- 429 was about this scope.
local function learn(key, configured, limit, remaining, stop)
  local names = {'low', 'high', 'phase', 'learnt', 'start', 'booked', 'blocked', 'others', 'counted', 'own', 'used',
    'carried'}
  local values = redis.call('HMGET', key, unpack(names))
  local state = {}
  for i, name in ipairs(names) do state[name] = tonumber(values[i]) end
  local changes = {}
  local function set(name, value)
    state[name] = value
    changes[#changes + 1] = name
    changes[#changes + 1] = string.format('%.6f', value)
  end

  -- A limit above the configured one speaks of the minute, which has six of Intercom's windows.
  local minute = limit and limit > configured
  if limit then set('limit', minute and math.max(math.min(math.floor(limit / 6), configured), 1) or limit) end

  -- The answer was made in the window that ends at `reset`, after it was sent and before it was received.
  local function align()
    local low, high = reset - window - received, reset - sent
    -- Ends of windows that do not last whole seconds may come rounded up.
    if window % 1 ~= 0 and reset % 1 == 0 then low = low - 1 end
    local phase = reset % window
    local apart = state.phase and math.abs(phase - state.phase) or window / 2
    if state.low and math.min(apart, window - apart) < 0.001 then
      local drift = DRIFT * math.max(now - (state.learnt or now), 0)
      local lower, upper = math.max(low, state.low - drift), math.min(high, state.high + drift)
      -- Turned away for a window that must have been over when the call left: a clock has stepped, whatever fits.
      local stepped = refused and high - lower < 0.01
      -- Bounds that miss each other by less than the guard are imprecise; by more, a clock has stepped.
      if lower <= upper and not stepped then
        low, high = lower, upper
      elseif lower - upper < guard and not stepped then
        low, high = upper, lower
      end
    elseif not state.low and date then
      -- Only to begin with: the Date may come from another clock than the windows.
      local lower, upper = math.max(low, date - received), math.min(high, date + DATE_ERROR - sent)
      if lower <= upper then low, high = lower, upper end
    end
    set('low', low)
    set('high', high)
    set('phase', phase)
    set('learnt', now)
  end

  -- What the server counts more than we made was made by others; they are expected to do the same in the next window.
  local function count()
    local since = reset - (state.counted or 0)
    if math.abs(since) >= window / 2 then
      if since < 0 and since > -FAR * window then return end
      local last = since > 0 and since < 1.5 * window
      set('others', last and math.max(state.used - state.own, 0) or 0)
      set('counted', reset)
      state.own, state.used = 0, 0
    end
    local used = state.used
    if remaining and limit and not minute then
      used = math.max(used, limit - remaining)
    elseif remaining == 0 then
      used = math.max(used, state.limit or configured)
    end
    set('used', used)
    set('own', state.own + (refused and 0 or 1))
    local begins = reset - window - state.low
    if math.abs((state.start or 0) - begins) >= window / 2 then return end
    if used > (state.booked or 0) then set('booked', used) end
    -- A call that left so late saw all arrive that were astride: of those the server has counted here, at most, all.
    local carried = state.carried or 0
    if carried > 0 and remaining and limit and not minute and sent > begins + guard then
      set('booked', state.booked - math.max(carried - used, 0))
      set('carried', 0)
    end
  end

  -- When a refused scope may go on: the server's word where it makes sense, never more than a few windows.
  local function pardon()
    if reset then return reset - state.low end
    if far then return now + FAR * window end
    if retry_after then return received + retry_after end
    return now + window * (1 + random / 4)
  end

  if reset then
    align()
    count()
  end
  if stop then
    local ends = math.min(pardon(), now + FAR * window)
    if not reset or ends < now + guard then
      -- Nobody knows what this server wants: stop for a moment, then feel the way.
      ends = math.max(ends, now + guard)
      redis.call('HDEL', key, 'answered')
    end
    if not state.blocked or state.blocked < ends or state.blocked > now + 4 * window then set('blocked', ends) end
  elseif not refused then
    set('answered', 1)
  end
  if #changes > 0 then redis.call('HSET', key, unpack(changes)) end
  redis.call('PEXPIRE', key, ARGV[8])
  return math.max((state.blocked or 0) - now, 0)
end

local limit, remaining = tonumber(ARGV[10]), tonumber(ARGV[11])
local blocked = learn(KEYS[1], tonumber(ARGV[1]), limit, remaining, refused)
if tonumber(ARGV[9]) > 0 then
  -- The headers count the app's calls. Where those are used up that is what a 429 is about; else it may be either.
  local theirs = learn(KEYS[2], tonumber(ARGV[9]), nil, nil, refused and remaining ~= 0)
  blocked = math.max(blocked, theirs)
end
return string.format('%.6f', blocked)
