-- Begins a backfill, unless one was begun with the same words and is not over: then it is that one.
-- KEYS: 1 the backfills, 2 number of the last backfill
-- ARGV: 1 time to live (ms), 2 prefix of backfills, 3 what is asked for, 4 position, 5 the words ('' begins one anyhow)
-- Returns its number.
if ARGV[5] ~= '' then
  for _, run in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    if redis.call('HGET', ARGV[2] .. run, 'words') == ARGV[5] then return run end
  end
end
local time = redis.call('TIME')
local run = tostring(redis.call('INCR', KEYS[2]))
local key = ARGV[2] .. run
redis.call('HSET', key, 'asked', ARGV[3], 'position', ARGV[4], 'words', ARGV[5])
redis.call('PEXPIRE', key, ARGV[1])
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), run)
return run
