-- Ends one run of a job, if the lease is still the caller's.
-- KEYS: 1 lease, 2 queue, 3 running jobs, 4 job, 5 arq's tries, 6 tries, 7 dead letters, 8 letter, 9 feed,
--       10 jobs that were put back, by when they came (ms)
-- ARGV: 1 token, 2 id, 3 'done' | 'later' | 'dead', 4 feed entry ('' for none), 5 most feed entries,
--       6 the ledger's time to live (s), 7 how many entries go there, then for each of them: its hash, its field, its
--       bytes ('' for none any more)
--       later: then wait (ms), progress, error ('' when no attempt was spent), spent (ms), job's time to live (ms)
--       dead:  then time to live (ms), most letters, wait when there are as many (ms), progress, job's time to live
--              (ms), then the letter's fields and values
-- Returns 1; 0 when the lease was lost and nothing was changed; 2 when there is no room for another letter and the job
-- went back to its queue.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id, ending = ARGV[2], ARGV[3]
local rest = 8 + 3 * ARGV[7]

for i = 8, rest - 1, 3 do
  if ARGV[i + 2] == '' then
    redis.call('HDEL', ARGV[i], ARGV[i + 1])
  else
    redis.call('HSET', ARGV[i], ARGV[i + 1], ARGV[i + 2])
    redis.call('EXPIRE', ARGV[i], ARGV[6])
  end
end

if ending == 'later' then
  local wait, progress, failed, spent, kept = unpack(ARGV, rest, rest + 4)
  redis.call('ZADD', KEYS[2], now + wait, id)
  if progress ~= '' then redis.call('HSET', KEYS[6], 'progress', progress) end
  if tonumber(spent) > 0 then redis.call('HINCRBY', KEYS[6], 'spent', spent) end
  if failed ~= '' then
    redis.call('HINCRBY', KEYS[6], 'failures', 1)
    redis.call('HSETNX', KEYS[6], 'first_error', failed)
    redis.call('HSET', KEYS[6], 'last_error', failed)
    redis.call('ZREM', KEYS[10], id)
  else
    -- Its place in the queue is from now on no longer when it came; for how long its bytes are kept still tells.
    local left = redis.call('PTTL', KEYS[4])
    if left > 0 and redis.call('HEXISTS', KEYS[6], 'failures') == 0 then
      redis.call('ZADD', KEYS[10], 'NX', math.min(now + left - kept, now), id)
      redis.call('PEXPIRE', KEYS[10], kept)
    end
  end
  redis.call('PEXPIRE', KEYS[6], kept)
else
  if ending == 'dead' then
    local lives, most, wait, progress, kept = unpack(ARGV, rest, rest + 4)
    redis.call('ZREMRANGEBYSCORE', KEYS[7], '-inf', now - lives)
    if redis.call('ZCARD', KEYS[7]) >= tonumber(most) and not redis.call('ZSCORE', KEYS[7], id) then
      redis.call('ZADD', KEYS[2], now + wait, id)
      redis.call('PEXPIRE', KEYS[4], kept)
      if progress ~= '' then redis.call('HSET', KEYS[6], 'progress', progress) end
      redis.call('PEXPIRE', KEYS[6], kept)
      redis.call('ZREM', KEYS[3], id)
      redis.call('DEL', KEYS[1])
      return 2
    end
    redis.call('DEL', KEYS[8])
    redis.call('HSET', KEYS[8], 'died_at', now, 'payload', redis.call('GET', KEYS[4]) or '', 'queue', KEYS[2],
      'progress', progress, unpack(ARGV, rest + 5))
    local known = redis.call('HMGET', KEYS[6], 'first_error', 'deaths')
    if known[1] then redis.call('HSET', KEYS[8], 'first_error', known[1]) end
    if known[2] then redis.call('HSET', KEYS[8], 'deaths', known[2]) end
    redis.call('PEXPIRE', KEYS[8], lives)
    redis.call('ZADD', KEYS[7], now, id)
  end
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZREM', KEYS[10], id)
  redis.call('DEL', KEYS[4], KEYS[5], KEYS[6])
end
if ARGV[4] ~= '' then redis.call('XADD', KEYS[9], 'MAXLEN', '~', ARGV[5], '*', 'entry', ARGV[4]) end
redis.call('ZREM', KEYS[3], id)
redis.call('DEL', KEYS[1])
return 1
