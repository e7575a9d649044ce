-- Tells one circuit what a call came to.
-- KEYS: 1 the circuit's state, 2 all circuits that are open, by when they are forgotten (ms)
-- ARGV: 1 'failed' | 'succeeded' | 'unknown' | 'due' (something has changed: it may be probed now), 2 token of the call,
--       3 how long an open circuit is kept (ms)
--       failed: 4 whose call it was, 5 failures in a row that open the circuit, 6 first and 7 longest wait for a probe
--       (ms), 8 how long failures are counted (ms), 9 scope, 10 reason
-- Returns 1 if the circuit opens or closes by this, else 0; and failed: for how long nothing passes now (ms, 0 while the
-- circuit is closed), succeeded: for how long it was open (ms).
--
-- The state, a hash, is there only while something is wrong. failures (in a row, of different jobs) and last (whose the
-- last one was); of an open circuit: scope, reason, since (when it opened), wait (from one probe to the next), probe_at
-- (when one may be made), probe and probing_until (whose call probes now, and how long it has).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local outcome, token, kept = ARGV[1], ARGV[2], tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'failures', 'last', 'since', 'wait', 'probe_at', 'probe')
local since, probing = tonumber(known[3]), known[6] == token

if outcome == 'due' then
  if since then redis.call('HSET', KEYS[1], 'probe_at', now) end
  return {0, 0}
end

-- What was on its way when the circuit opened says nothing new.
if since and not probing then
  return {0, outcome == 'failed' and math.max(math.min(tonumber(known[5]) - now, tonumber(known[4])), 1) or 0}
end

if outcome == 'succeeded' then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], KEYS[1])
  return {since and 1 or 0, since and math.max(now - since, 0) or 0}
elseif outcome == 'unknown' then
  redis.call('HDEL', KEYS[1], 'probe', 'probing_until')
  return {0, 0}
end

local by, most, first, longest = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local wait = first
if since then
  wait = math.min(2 * tonumber(known[4]), longest)
  redis.call('HDEL', KEYS[1], 'probe', 'probing_until')
else
  local failures = tonumber(known[1] or 0)
  -- One job that fails again and again is that job's trouble.
  if known[2] ~= by then failures = failures + 1 end
  redis.call('HSET', KEYS[1], 'failures', failures, 'last', by)
  if failures < most then
    redis.call('PEXPIRE', KEYS[1], ARGV[8])
    return {0, 0}
  end
  redis.call('HSET', KEYS[1], 'scope', ARGV[9], 'since', now)
end
redis.call('HSET', KEYS[1], 'reason', ARGV[10], 'wait', wait, 'probe_at', now + wait)
redis.call('PEXPIRE', KEYS[1], kept)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('ZADD', KEYS[2], now + kept, KEYS[1])
redis.call('PEXPIRE', KEYS[2], kept)
return {since and 0 or 1, wait}
