-- Asks whether a call may be made now, past all the circuits on its way. One that is open lets a single call through
-- when its time has come: that call is the probe, however often it asks. A call that one circuit stops probes none.
-- KEYS: the circuits' states (see circuit.lua)
-- ARGV: 1 token of the call, 2 how long a probe may take (ms), 3 how long who comes during a probe waits at most (ms)
-- Returns the place of the circuit that stops the call (0: none does) and for how long (ms), then for each circuit 1 if
-- it has to hear of a success, 0 if that would be no news.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local longest, patience = tonumber(ARGV[2]), tonumber(ARGV[3])
local answer, probed = {0, 0}, {}

for place, key in ipairs(KEYS) do
  local known = redis.call('HMGET', key, 'failures', 'since', 'wait', 'probe_at', 'probing_until', 'probe')
  answer[place + 2] = known[1] and 1 or 0
  if known[2] then
    local wait, probing = tonumber(known[4]) - now, tonumber(known[5] or 0) - now
    -- Nothing lies further ahead than this: Redis's clock has gone back.
    if wait > tonumber(known[3]) then wait = 0 end
    if probing > longest then probing = 0 end
    if probing > 0 and known[6] ~= ARGV[1] then wait = math.max(math.min(probing, patience, tonumber(known[3])), 1) end
    if wait > answer[2] then
      answer[1], answer[2] = place, wait
    end
    probed[#probed + 1] = key
  end
end

if answer[1] == 0 then
  for _, key in ipairs(probed) do redis.call('HSET', key, 'probe', ARGV[1], 'probing_until', now + longest) end
end
return answer
