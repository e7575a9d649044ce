-- Renews the leases that still belong to who asks.
-- KEYS: 1 running jobs
-- ARGV: 1 lease (ms), 2 prefix of leases, then for each job: its id, its queue, the token of its lease
-- Returns for each job 1 (renewed) or 0 (somebody else's, or nobody's).
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local results = {}
for i = 3, #ARGV, 3 do
  local id, queue, token = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if redis.call('GET', ARGV[2] .. id) == token then
    redis.call('PEXPIRE', ARGV[2] .. id, ARGV[1])
    redis.call('ZADD', queue, 'XX', ends, id)
    redis.call('ZADD', KEYS[1], ends, id)
    results[#results + 1] = 1
  else
    results[#results + 1] = 0
  end
end
return results
