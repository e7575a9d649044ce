-- Ends one run of a job, if the lease is still the caller's.
-- KEYS: 1 lease, 2 queue, 3 running jobs, 4 job, 5 arq's tries, 6 tries, 7 dead letters, 8 letter, 9 feed, and, if the
--       job was about a customer's message, 10 the mark that this has been decided on
-- ARGV: 1 token, 2 id, 3 'done' | 'later' | 'dead', 4 feed entry ('' for none), 5 most feed entries,
--       6 the mark's time to live (ms), 7 the ledger's time to live (s), 8 how many entries go there, then for each of
--       them: its hash, its field, its bytes ('' for none any more)
--       later: then wait (ms), progress, error ('' when no attempt was spent), spent (ms), tries' time to live (ms)
--       dead:  then time to live (ms), then the letter's fields and values
-- Returns 1, or 0 when the lease was lost and nothing was changed.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id, ending = ARGV[2], ARGV[3]
local rest = 9 + 3 * ARGV[8]

for i = 9, rest - 1, 3 do
  if ARGV[i + 2] == '' then
    redis.call('HDEL', ARGV[i], ARGV[i + 1])
  else
    redis.call('HSET', ARGV[i], ARGV[i + 1], ARGV[i + 2])
    redis.call('EXPIRE', ARGV[i], ARGV[7])
  end
end

if ending == 'later' then
  redis.call('ZADD', KEYS[2], now + ARGV[rest], id)
  if ARGV[rest + 1] ~= '' then redis.call('HSET', KEYS[6], 'progress', ARGV[rest + 1]) end
  local failed = ARGV[rest + 2]
  if failed ~= '' then
    redis.call('HINCRBY', KEYS[6], 'failures', 1)
    redis.call('HINCRBY', KEYS[6], 'spent', ARGV[rest + 3])
    redis.call('HSETNX', KEYS[6], 'first_error', failed)
    redis.call('HSET', KEYS[6], 'last_error', failed)
  end
  redis.call('PEXPIRE', KEYS[6], ARGV[rest + 4])
else
  if ending == 'dead' then
    local horizon = now - ARGV[rest]
    redis.call('HSET', KEYS[8], 'died_at', now, 'payload', redis.call('GET', KEYS[4]) or '', unpack(ARGV, rest + 1))
    local first = redis.call('HGET', KEYS[6], 'first_error')
    if first then redis.call('HSET', KEYS[8], 'first_error', first) end
    redis.call('PEXPIRE', KEYS[8], ARGV[rest])
    redis.call('ZREMRANGEBYSCORE', KEYS[7], '-inf', horizon)
    redis.call('ZADD', KEYS[7], now, id)
  end
  redis.call('ZREM', KEYS[2], id)
  redis.call('DEL', KEYS[4], KEYS[5], KEYS[6])
  if KEYS[10] then redis.call('SET', KEYS[10], now, 'PX', ARGV[6]) end
end
if ARGV[4] ~= '' then redis.call('XADD', KEYS[9], 'MAXLEN', '~', ARGV[5], '*', 'entry', ARGV[4]) end
redis.call('ZREM', KEYS[3], id)
redis.call('DEL', KEYS[1])
return 1
