-- Stores jobs that are not known yet, queues them and wakes idle workers; all of it or, when Redis refuses, nothing.
-- KEYS: 1 wake list
-- ARGV: 1 job's time to live (ms), 2 seen mark's time to live (ms), 3 most tokens in the wake list, 4 prefix of jobs,
--       5 greatest age, 6 greatest lead of a notification (s), then for each job: its id, its queue, its seen mark (''
--       for none), when it was created (Unix s), its bytes, the mark of the customer's message that it is about (''
--       for none): a set, a colon, and what goes into it
-- Returns for each job 1 (stored), 0 (known already) or 2 (too old, or from the future: replayed).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = 0
local results = {}
for i = 7, #ARGV, 6 do
  local id, queue, seen, created, payload = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3]), ARGV[i + 4]
  local age = time[1] - created
  if age > tonumber(ARGV[5]) or -age > tonumber(ARGV[6]) then
    results[#results + 1] = 2
  elseif seen ~= '' and not redis.call('SET', seen, now, 'NX', 'PX', ARGV[2]) then
    results[#results + 1] = 0
  else
    redis.call('SET', ARGV[4] .. id, payload, 'PX', ARGV[1])
    redis.call('ZADD', queue, 'NX', now, id)
    if ARGV[i + 5] ~= '' then
      local place, message = string.match(ARGV[i + 5], '^(.*):(.*)$')
      redis.call('SADD', place, message)
      redis.call('PEXPIRE', place, ARGV[2])
    end
    stored = stored + 1
    results[#results + 1] = 1
  end
end
local room = tonumber(ARGV[3]) - redis.call('LLEN', KEYS[1])
for _ = 1, math.min(stored, room) do
  redis.call('RPUSH', KEYS[1], '1')
end
return results
