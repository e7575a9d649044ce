-- Renews the leases that are still this worker's.
-- KEYS: 1 running jobs
-- ARGV: 1 token, 2 lease (ms), 3 prefix of leases, then for each job: its id, its queue
-- Returns for each job 1 (renewed) or 0 (somebody else's, or nobody's).
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2])
local results = {}
for i = 4, #ARGV, 2 do
  local id, queue = ARGV[i], ARGV[i + 1]
  if redis.call('GET', ARGV[3] .. id) == ARGV[1] then
    redis.call('PEXPIRE', ARGV[3] .. id, ARGV[2])
    redis.call('ZADD', queue, 'XX', ends, id)
    redis.call('ZADD', KEYS[1], ends, id)
    results[#results + 1] = 1
  else
    results[#results + 1] = 0
  end
end
return results
