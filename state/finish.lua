-- Ends one run of a job, if the lease is still the caller's.
-- KEYS: 1 lease, 2 queue, 3 running jobs, 4 job, 5 arq's tries, 6 tries, 7 dead letters, 8 letter, 9 feed
-- ARGV: 1 token, 2 id, 3 'done' | 'later' | 'dead', 4 feed entry ('' for none), 5 most feed entries
--       later: 6 wait (ms), 7 progress, 8 error ('' when no attempt was spent), 9 spent (ms), 10 tries' time to live (ms)
--       dead:  6 time to live (ms), 7 most letters, 8 wait when there are as many (ms), 9 progress,
--              10 job's time to live (ms), then the letter's fields and values
-- Returns 1; 0 when the lease was lost and nothing was changed; 2 when there is no room for another letter and the job
-- went back to its queue.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id, ending = ARGV[2], ARGV[3]

if ending == 'dead' then
  redis.call('ZREMRANGEBYSCORE', KEYS[7], '-inf', now - ARGV[6])
  if redis.call('ZCARD', KEYS[7]) >= tonumber(ARGV[7]) and not redis.call('ZSCORE', KEYS[7], id) then
    redis.call('ZADD', KEYS[2], now + ARGV[8], id)
    redis.call('PEXPIRE', KEYS[4], ARGV[10])
    if ARGV[9] ~= '' then redis.call('HSET', KEYS[6], 'progress', ARGV[9]) end
    redis.call('PEXPIRE', KEYS[6], ARGV[10])
    redis.call('ZREM', KEYS[3], id)
    redis.call('DEL', KEYS[1])
    return 2
  end
end

if ending == 'later' then
  redis.call('ZADD', KEYS[2], now + ARGV[6], id)
  if ARGV[7] ~= '' then redis.call('HSET', KEYS[6], 'progress', ARGV[7]) end
  if ARGV[8] ~= '' then
    redis.call('HINCRBY', KEYS[6], 'failures', 1)
    redis.call('HINCRBY', KEYS[6], 'spent', ARGV[9])
    redis.call('HSETNX', KEYS[6], 'first_error', ARGV[8])
    redis.call('HSET', KEYS[6], 'last_error', ARGV[8])
  end
  redis.call('PEXPIRE', KEYS[6], ARGV[10])
else
  if ending == 'dead' then
    redis.call('DEL', KEYS[8])
    redis.call('HSET', KEYS[8], 'died_at', now, 'payload', redis.call('GET', KEYS[4]) or '', 'queue', KEYS[2],
      'progress', ARGV[9], unpack(ARGV, 11))
    local known = redis.call('HMGET', KEYS[6], 'first_error', 'deaths')
    if known[1] then redis.call('HSET', KEYS[8], 'first_error', known[1]) end
    if known[2] then redis.call('HSET', KEYS[8], 'deaths', known[2]) end
    redis.call('PEXPIRE', KEYS[8], ARGV[6])
    redis.call('ZADD', KEYS[7], now, id)
  end
  redis.call('ZREM', KEYS[2], id)
  redis.call('DEL', KEYS[4], KEYS[5], KEYS[6])
end
if ARGV[4] ~= '' then redis.call('XADD', KEYS[9], 'MAXLEN', '~', ARGV[5], '*', 'entry', ARGV[4]) end
redis.call('ZREM', KEYS[3], id)
redis.call('DEL', KEYS[1])
return 1
