-- Says that a process lives, and adds what it has counted since it last did; what it says twice is counted once.
-- KEYS: 1 processes by when they are taken for dead, 2 this one, 3 when the last webhook of each workspace came
-- ARGV: 1 its name, 2 what it says of itself ('' when it ends), 3 the number of this pulse, 4 for how long it is then
--       taken to live (ms), 5 for how long its last pulse is known (ms), 6 prefix of the minutes' counts, 7 for how long
--       they are kept (s), 8 how many workspaces heard of webhooks, then for each of them: its app_id, how long ago its
--       last one came (ms); then for each count: its name, the number
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HGET', KEYS[2], 'pulse') == ARGV[3]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if ARGV[2] == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], 'said')
else
  redis.call('ZADD', KEYS[1], now + ARGV[4], ARGV[1])
  redis.call('HSET', KEYS[2], 'said', ARGV[2])
end
local counts = 9 + 2 * tonumber(ARGV[8])
for i = 9, counts - 1, 2 do
  local at = now - ARGV[i + 1]
  if at > tonumber(redis.call('HGET', KEYS[3], ARGV[i]) or 0) then redis.call('HSET', KEYS[3], ARGV[i], at) end
end
if #ARGV >= counts and not known then
  local minute = ARGV[6] .. math.floor(time[1] / 60)
  for i = counts, #ARGV, 2 do redis.call('HINCRBY', minute, ARGV[i], ARGV[i + 1]) end
  redis.call('EXPIRE', minute, ARGV[7])
end
redis.call('HSET', KEYS[2], 'pulse', ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
