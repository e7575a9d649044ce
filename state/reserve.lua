-- Finds the next moment at which a call may leave, and books it.
-- KEYS: 1 the scope's state; for a change also 2 its target's lock, 3 the lease it holds by, 4 the target's ledger,
--       5 paused rules, then for each rule that asks for it: what it has touched, when it was resumed
-- ARGV: 1 configured limit (calls a window), 2 window, 3 guard, 4 longest wait, 5 1 to book or 0 to look,
--       6 lifetime of an idle state (ms), 7 share of the window that may be filled: what goes last leaves room for what
--       comes first; for a change also 8 and 9 what lock and lease must hold, 10 and 11 field and entry to write into
--       the ledger when a slot is booked, 12 the ledger's time to live (s), 13 the target among what rules have
--       touched, then for each rule: its field among paused rules, how many objects it may touch an hour (0: any)
-- Returns 1 (it may leave then), 0 (that is too far away), -1 (lock or lease are lost) or -2 (a rule has reached its
-- limit; it is paused from now on), and four moments: now, when it may leave, until when it may still leave, until when
-- the whole scope is blocked (0: it is not). Seconds, on Redis's clock. With -1 and -2 nothing is booked or written;
-- behind -2 come the places, from 0 on, of the rules that this call has paused.
--
-- The state, a hash: answered (1: the server has answered since it last turned us away for no known time), limit (the
-- server's word), low and high (bounds of the server's clock minus Redis's, as of `learnt`), phase (where windows start
-- on the server's clock, modulo their length), start and booked (the window being filled and the calls in it), astride
-- (those of them that may arrive in the next window), carried (those that were astride when it began, until it is known
-- how many of them arrived in it), paced (calls are being paced, and `booked` counts them from the
-- first), next (when the next of those may leave), blocked (until when nothing leaves), others (calls that others made
-- in the last window); counted, own and used belong to feedback.lua. A second scope would be a second key.
local TRICKLE, CAUTION, DRIFT = 20, 0.75, 2e-4
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local configured, window, guard = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local longest, book, share = tonumber(ARGV[4]), ARGV[5] == '1', tonumber(ARGV[7])

local names = {
  'answered', 'limit', 'others', 'low', 'high', 'phase', 'learnt', 'start', 'booked', 'astride', 'carried', 'paced',
  'next', 'blocked',
}
local values = redis.call('HMGET', KEYS[1], unpack(names))
local state = {}
for i, name in ipairs(names) do state[name] = tonumber(values[i]) end
for _, name in ipairs({'start', 'next', 'blocked'}) do
  -- Nothing is ever booked or blocked this far ahead: Redis's clock has gone back.
  if not state[name] or state[name] > now + 4 * window then state[name] = 0 end
end

local function text(moment) return string.format('%.6f', moment) end

if KEYS[2] and (redis.call('GET', KEYS[2]) ~= ARGV[8] or redis.call('GET', KEYS[3]) ~= ARGV[9]) then
  return {-1, text(now), text(now), text(now), text(0)}
end

-- An object that a rule has touched within the hour counts already, so that a change that is tried again is made.
local HOUR = 3600
local tripped = {-2, text(now), text(now), text(now), text(0)}
local refused = false
for i = 6, #KEYS, 2 do
  local rule, most = ARGV[i + 8], tonumber(ARGV[i + 9])
  if most > 0 then
    -- What is noted of later than an hour from now is from before Redis's clock went back.
    local from = math.max(now - HOUR, math.min(tonumber(redis.call('GET', KEYS[i + 1]) or 0), now))
    local last = tonumber(redis.call('ZSCORE', KEYS[i], ARGV[13]) or 0)
    if last <= from or last > now + HOUR then
      local full = redis.call('ZCOUNT', KEYS[i], '(' .. text(from), text(now + HOUR)) >= most
      local pause = full and cmsgpack.pack({by = 'its limit', at = now, objects = most})
      if full and redis.call('HSETNX', KEYS[5], rule, pause) == 1 then tripped[#tripped + 1] = (i - 6) / 2 end
      refused = refused or full or redis.call('HEXISTS', KEYS[5], rule) == 1
    end
  end
end
if refused then return tripped end

local ahead = 1.5 * window
local limit = math.min(state.limit or configured, configured)
local earliest = math.max(now, state.blocked)
local booked = state.booked or 0
local spacing = window / math.max(limit * CAUTION, 1)
local changes, at, room

-- Evenly spaced calls: slower than the limit allows, so safe wherever the server's windows begin.
local function pace(step)
  at, room = math.max(earliest, state.next), window / 4
  if not state.paced then booked = 0 end
  changes = {'paced', 1, 'next', text(at + step), 'booked', booked + 1}
end

-- As many calls as fit, from the moment the server's window has surely begun until it may be about to end. A call that
-- leaves when it may be ending can arrive in either of two windows: it takes a place in both while there is room.
local function fill(low, high)
  if state.paced then earliest = math.max(earliest, state.next) end
  local begins = math.floor((earliest + low - state.phase) / window) * window + state.phase - low
  local open = window - (high - low) - guard
  local astride, carried = state.astride or 0, state.carried or 0
  if state.paced then
    -- Of the calls that were paced, those that may have arrived since the window began.
    local since = begins - (window - open)
    booked, astride, carried = math.min(booked, math.ceil(math.max(state.next - since, 0) / spacing) + 1), 0, 0
  elseif state.start > begins + window / 2 then
    begins = state.start
  elseif state.start < begins - window / 2 then
    booked = state.start > begins - 1.5 * window and astride or 0
    astride, carried = 0, booked
  end
  -- Others can never push us out for good: a twentieth is ours, and shows when they have stopped.
  local most = math.max(math.floor((limit - (state.others or 0)) * share), math.ceil(limit / 20))
  local late = earliest > begins + open
  if booked >= most or (late and astride >= most / 2) then
    begins, booked, astride, carried, late = begins + window, astride, 0, astride, false
    -- Once a call has a place in the next window nobody gets one in this: that is not for what goes last to do.
    ahead = share < 1 and 0 or ahead
  end
  at = math.max(earliest, begins)
  room = begins + (late and window or open) - at
  astride = astride + (late and 1 or 0)
  changes = {'paced', '', 'start', text(begins), 'booked', booked + 1, 'astride', astride, 'carried', carried}
end

local drift = DRIFT * math.max(now - (state.learnt or now), 0)
if not state.answered then
  spacing = math.max(spacing, window / TRICKLE)
  ahead = spacing
  pace(spacing)
elseif not state.low or state.high - state.low + 2 * drift > window / 4 then
  ahead = window / 4
  pace(spacing)
else
  fill(state.low - drift, state.high + drift)
end

local granted = at - now <= math.min(longest, ahead)
if granted and book then
  redis.call('HSET', KEYS[1], unpack(changes))
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
  if KEYS[4] then
    redis.call('HSET', KEYS[4], ARGV[10], ARGV[11])
    redis.call('EXPIRE', KEYS[4], ARGV[12])
  end
  for i = 6, #KEYS, 2 do
    redis.call('ZADD', KEYS[i], text(now), ARGV[13])
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', text(now - ARGV[12]))
    redis.call('EXPIRE', KEYS[i], ARGV[12])
  end
end
return {granted and 1 or 0, text(now), text(at), text(at + room), text(state.blocked)}
