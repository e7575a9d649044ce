-- Stores jobs that are not known yet, queues them and wakes idle workers; all of it or, when Redis refuses, nothing.
-- KEYS: 1 wake list
-- ARGV: 1 job's time to live (ms), 2 seen mark's time to live (ms), 3 most tokens in the wake list, 4 prefix of jobs,
--       then for each job: its id, its queue, its seen mark ('' for none), its bytes
-- Returns for each job 1 (stored) or 0 (known already).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = 0
local results = {}
for i = 5, #ARGV, 4 do
  local id, queue, seen, payload = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if seen ~= '' and not redis.call('SET', seen, now, 'NX', 'PX', ARGV[2]) then
    results[#results + 1] = 0
  else
    redis.call('SET', ARGV[4] .. id, payload, 'PX', ARGV[1])
    redis.call('ZADD', queue, 'NX', now, id)
    stored = stored + 1
    results[#results + 1] = 1
  end
end
local room = tonumber(ARGV[3]) - redis.call('LLEN', KEYS[1])
for _ = 1, math.min(stored, room) do
  redis.call('RPUSH', KEYS[1], '1')
end
return results
