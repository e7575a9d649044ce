-- Locks a target for one run of a job, and reads its ledger. A lock holds as long as the lease of who took it: the lease
-- is renewed and given up with the job, and the lock with it.
-- KEYS: 1 lock, 2 lease of who asks, 3 ledger of the target, 4 mark of a target that is gone
-- ARGV: 1 id of the job, 2 token of its lease, 3 prefix of leases, 4 time to live (ms), longer than any run, 5 1 to lock
--       also what is gone
-- Returns {1, now (ms), the ledger's fields and values}, {0} (somebody else decides on the target), {-1} (the lease was
-- lost) or {-2} (the target is gone).
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return {-1} end
if ARGV[5] ~= '1' and redis.call('EXISTS', KEYS[4]) == 1 then return {-2} end
local mine = ARGV[2] .. ' ' .. ARGV[1]
local held = redis.call('GET', KEYS[1])
if held and held ~= mine then
  local token, job = held:match('^(%S*) (.*)$')
  if redis.call('GET', ARGV[3] .. job) == token then return {0} end
end
redis.call('SET', KEYS[1], mine, 'PX', ARGV[4])
local time = redis.call('TIME')
return {1, time[1] * 1000 + math.floor(time[2] / 1000), unpack(redis.call('HGETALL', KEYS[3]))}
