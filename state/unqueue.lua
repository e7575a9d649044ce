-- Forgets jobs that nobody runs.
-- KEYS: 1 their queue, 2 running jobs
-- ARGV: 1 prefix of jobs, 2 of leases, 3 of tries, 4 of arq's tries, then the ids
-- Returns how many were forgotten.
local forgotten = 0
for i = 5, #ARGV do
  local id = ARGV[i]
  if redis.call('EXISTS', ARGV[2] .. id) == 0 then
    forgotten = forgotten + redis.call('ZREM', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
    redis.call('DEL', ARGV[1] .. id, ARGV[3] .. id, ARGV[4] .. id)
  end
end
return forgotten
