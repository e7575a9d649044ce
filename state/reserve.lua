-- Finds the next moment at which a call may leave, and books it in every scope that counts it.
-- KEYS: 1 the app's state, 2 the workspace's, all of whose apps share its limit; for a change also 3 its target's lock,
--       4 the lease it holds by, 5 the target's ledger, 6 paused rules, then for each rule that asks for it: what it has
--       touched, when it was resumed
-- ARGV: 1 the app's configured limit (calls a window), 2 window, 3 guard, 4 longest wait, 5 1 to book or 0 to look,
--       6 lifetime of an idle state (ms), 7 share of the window that may be filled: what goes last leaves room for what
--       comes first, 8 the workspace's configured limit (0: nobody shares it); for a change also 9 and 10 what lock and
--       lease must hold, 11 and 12 field and entry to write into the ledger when a slot is booked, 13 the ledger's time
--       to live (s), 14 the target among what rules have touched, 15 what is known of a person's doing ('': none), then
--       for each rule: its field among paused rules, how many objects it may touch an hour (0: any)
-- Returns 1 (it may leave then), 0 (that is too far away), -1 (lock or lease are lost, or a person has changed the tag
-- by a command since it was decided on) or -2 (a rule has reached its limit; it is paused from now on), and four
-- moments: now, when it may leave, until when it may still leave, until when a scope is blocked (0: none is). Seconds,
-- on Redis's clock. With -1 and -2 nothing is booked or written; behind -2 come the places, from 0 on, of the rules that
-- this call has paused.
--
-- The state of a scope, a hash: answered (1: the server has answered since it last turned us away for no known time),
-- limit (the server's word), low and high (bounds of the server's clock minus Redis's, as of `learnt`), phase (where
-- windows start on the server's clock, modulo their length), start and booked (the window being filled and the calls in
-- it), astride (those of them that may arrive in the next window), carried (those that were astride when it began, until
-- it is known how many of them arrived in it), before (calls in the window before that), paced (calls are being paced,
-- and `booked` counts them from the first), next (when the next of those may leave), blocked (until when nothing
-- leaves), others (calls that others made in the last window); counted, own and used belong to feedback.lua.
local TRICKLE, CAUTION, DRIFT, TINY = 20, 0.75, 2e-4, 1e-6
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local window, guard = tonumber(ARGV[2]), tonumber(ARGV[3])
local longest, book, share = tonumber(ARGV[4]), ARGV[5] == '1', tonumber(ARGV[7])

local function text(moment) return string.format('%.6f', moment) end

local function lost()
  if redis.call('GET', KEYS[3]) ~= ARGV[9] or redis.call('GET', KEYS[4]) ~= ARGV[10] then return true end
  return (redis.call('HGET', KEYS[5], 'person:' .. ARGV[11]) or '') ~= ARGV[15]
end

if KEYS[3] and lost() then
  return {-1, text(now), text(now), text(now), text(0)}
end

-- An object that a rule has touched within the hour counts already, so that a change that is tried again is made.
local HOUR = 3600
local tripped = {-2, text(now), text(now), text(now), text(0)}
local refused = false
for i = 7, #KEYS, 2 do
  local rule, most = ARGV[i + 9], tonumber(ARGV[i + 10])
  if most > 0 then
    -- What is noted of later than an hour from now is from before Redis's clock went back.
    local from = math.max(now - HOUR, math.min(tonumber(redis.call('GET', KEYS[i + 1]) or 0), now))
    local last = tonumber(redis.call('ZSCORE', KEYS[i], ARGV[14]) or 0)
    if last <= from or last > now + HOUR then
      local full = redis.call('ZCOUNT', KEYS[i], '(' .. text(from), text(now + HOUR)) >= most
      local pause = full and cmsgpack.pack({by = 'its limit', at = now, objects = most})
      if full and redis.call('HSETNX', KEYS[6], rule, pause) == 1 then tripped[#tripped + 1] = (i - 7) / 2 end
      refused = refused or full or redis.call('HEXISTS', KEYS[6], rule) == 1
    end
  end
end
if refused then return tripped end

local names = {
  'answered', 'limit', 'others', 'low', 'high', 'phase', 'learnt', 'start', 'booked', 'astride', 'carried', 'paced',
  'next', 'blocked', 'before',
}

local function read(key, configured)
  local values = redis.call('HMGET', key, unpack(names))
  local scope = {key = key}
  for i, name in ipairs(names) do scope[name] = tonumber(values[i]) end
  for _, name in ipairs({'start', 'next', 'blocked'}) do
    -- Nothing is ever booked or blocked this far ahead: Redis's clock has gone back.
    if not scope[name] or scope[name] > now + 4 * window then scope[name] = 0 end
  end
  scope.limit = math.min(scope.limit or configured, configured)
  scope.spacing = window / math.max(scope.limit * CAUTION, 1)
  return scope
end

-- Evenly spaced calls: slower than the limit allows, so safe wherever the server's windows begin.
local function pace(scope, earliest, step, ahead)
  local at = math.max(earliest, scope.next)
  local booked = scope.paced and scope.booked or 0
  return {at = at, room = window / 4, ahead = ahead,
    changes = {'paced', 1, 'next', text(at + step), 'booked', booked + 1}}
end

-- As many calls as fit, from the moment the server's window has surely begun until it may be about to end. A call that
-- leaves when it may be ending can arrive in either of two windows: it takes a place in both while there is room.
local function fill(scope, earliest, low, high)
  if scope.paced then earliest = math.max(earliest, scope.next) end
  -- A moment at which a window begins, found in the other scope, lies in that window.
  local begins = math.floor((earliest + TINY + low - scope.phase) / window) * window + scope.phase - low
  local open = window - (high - low) - guard
  local booked, astride, carried = scope.booked or 0, scope.astride or 0, scope.carried or 0
  if scope.paced then
    -- Of the calls that were paced, those that may have arrived since the window began.
    local since = begins - (window - open)
    booked, astride, carried = math.min(booked, math.ceil(math.max(scope.next - since, 0) / scope.spacing) + 1), 0, 0
  end
  -- Others can never push us out for good: a twentieth is ours, and shows when they have stopped.
  local most = math.max(math.floor((scope.limit - (scope.others or 0)) * share), math.ceil(scope.limit / 20))
  local late = earliest > begins + open
  local before, ahead = scope.before or 0, 1.5 * window
  if not scope.paced and scope.start > begins + window / 2 then
    if scope.shared and not late and before < most then
      -- An app that has used up its own limit has a place in the next window already; the others go on in this one.
      return {at = earliest, room = begins + open - earliest, ahead = ahead, changes = {'before', before + 1}}
    end
    begins, late = scope.start, false
  elseif not scope.paced and scope.start < begins - window / 2 then
    local last = scope.start > begins - 1.5 * window
    before, booked, astride, carried = last and booked or 0, last and astride or 0, 0, last and astride or 0
  end
  if booked >= most or (late and astride >= most / 2) then
    before, begins, booked, astride, carried, late = booked, begins + window, astride, 0, astride, false
    -- Once a call has a place in the next window nobody gets one in this: that is not for what goes last to do.
    ahead = share < 1 and 0 or ahead
  end
  local at = math.max(earliest, begins)
  astride = astride + (late and 1 or 0)
  return {at = at, room = begins + (late and window or open) - at, ahead = ahead,
    changes = {
      'paced', '', 'start', text(begins), 'booked', booked + 1, 'astride', astride, 'carried', carried, 'before', before,
    }}
end

-- The first slot of one scope from a moment on.
local function find(scope, from)
  local earliest = math.max(from, scope.blocked)
  local drift = DRIFT * math.max(now - (scope.learnt or now), 0)
  if not scope.answered then
    local step = math.max(scope.spacing, window / TRICKLE)
    return pace(scope, earliest, step, step)
  elseif not scope.low or scope.high - scope.low + 2 * drift > window / 4 then
    return pace(scope, earliest, scope.spacing, window / 4)
  end
  return fill(scope, earliest, scope.low - drift, scope.high + drift)
end

local scopes = {read(KEYS[1], tonumber(ARGV[1]))}
if tonumber(ARGV[8]) > 0 then
  scopes[2] = read(KEYS[2], tonumber(ARGV[8]))
  scopes[2].shared = true
end

-- A call leaves when all scopes have room: one that has it earlier looks again from where another has.
local slots, at = {}, now
local function agree()
  for i, scope in ipairs(scopes) do
    if not slots[i] or slots[i].at < at - TINY then
      slots[i] = find(scope, at)
      at = math.max(at, slots[i].at)
    end
  end
  return slots[1].at >= at - TINY
end
local granted = agree() or agree() or agree()

local ends, blocked = math.huge, 0
for i, scope in ipairs(scopes) do
  granted = granted and at - now <= math.min(longest, slots[i].ahead)
  ends = math.min(ends, slots[i].at + slots[i].room)
  blocked = math.max(blocked, scope.blocked)
end

if granted and book then
  for i, scope in ipairs(scopes) do
    redis.call('HSET', scope.key, unpack(slots[i].changes))
    redis.call('PEXPIRE', scope.key, ARGV[6])
  end
  if KEYS[5] then
    redis.call('HSET', KEYS[5], ARGV[11], ARGV[12])
    redis.call('EXPIRE', KEYS[5], ARGV[13])
  end
  for i = 7, #KEYS, 2 do
    redis.call('ZADD', KEYS[i], text(now), ARGV[14])
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', text(now - ARGV[13]))
    redis.call('EXPIRE', KEYS[i], ARGV[13])
  end
end
return {granted and 1 or 0, text(now), text(at), text(ends), text(blocked)}
