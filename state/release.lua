-- Hands the next jobs of a backfill to the workers, as long as few of them wait; all of it or, when Redis refuses,
-- nothing.
-- KEYS: 1 the backfill, 2 its jobs, 3 its queue, 4 wake list
-- ARGV: 1 most jobs that may be in the queue, 2 job's time to live (ms), 3 most tokens in the wake list, 4 prefix of
--       jobs, 5 prefix of the jobs' ids, 6 prefix of the marks of messages ('' for none), 7 their time to live (ms),
--       8 the backfill's time to live (ms)
-- Returns how many jobs were handed over, how many are left, and how many are in the queue; nothing is done, and -1
-- returned, if the backfill is no longer there, or over.
if redis.call('HEXISTS', KEYS[1], 'asked') == 0 or redis.call('HEXISTS', KEYS[1], 'over') == 1 then return {-1, 0, 0} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local room = tonumber(ARGV[1]) - redis.call('ZCARD', KEYS[3])
local handed = 0
while handed < room do
  local pair = redis.call('LPOP', KEYS[2], 2)
  if not pair then break end
  local id = ARGV[5] .. pair[1]
  redis.call('SET', ARGV[4] .. id, pair[2], 'PX', ARGV[2])
  redis.call('ZADD', KEYS[3], 'NX', now, id)
  if ARGV[6] ~= '' then
    local place, message = string.match(ARGV[6] .. pair[1], '^(.*):(.*)$')
    redis.call('SADD', place, message)
    redis.call('PEXPIRE', place, ARGV[7])
  end
  handed = handed + 1
end
redis.call('HINCRBY', KEYS[1], 'handed', handed)
for place = 1, 2 do redis.call('PEXPIRE', KEYS[place], ARGV[8]) end
for _ = 1, math.min(handed, tonumber(ARGV[3]) - redis.call('LLEN', KEYS[4])) do
  redis.call('RPUSH', KEYS[4], '1')
end
return {handed, redis.call('LLEN', KEYS[2]) / 2, redis.call('ZCARD', KEYS[3])}
