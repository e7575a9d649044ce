-- Adds jobs to what a backfill is to do, each event once however often it is found, and notes how far it has come.
-- KEYS: 1 the backfill, 2 its jobs, 3 its events
-- ARGV: 1 time to live (ms), 2 position, 3 how many objects were read (n), 4 how many calls that took, 5 prefix of the marks
--       of messages ('' for none), 6 their time to live (ms),
--       then the names of those n objects, then for each event: its id, 1 if it is to be handled, 2 if Intercom
--       has to be asked for that, how many changes it comes to for certain, its job's bytes
-- Returns how many of the events were new; nothing is done (-1) if the backfill is no longer there, or over.
if redis.call('HEXISTS', KEYS[1], 'asked') == 0 or redis.call('HEXISTS', KEYS[1], 'over') == 1 then return -1 end
local fresh = 0
local read = 0
for i = 7, 6 + ARGV[3] do read = read + redis.call('SADD', KEYS[3], ARGV[i]) end
for i = 7 + ARGV[3], #ARGV, 4 do
  if redis.call('SADD', KEYS[3], ARGV[i]) == 1 then
    fresh = fresh + 1
    redis.call('HINCRBY', KEYS[1], 'events', 1)
    if ARGV[i + 1] ~= '0' then
      redis.call('RPUSH', KEYS[2], ARGV[i], ARGV[i + 3])
      redis.call('HINCRBY', KEYS[1], 'jobs', 1)
      redis.call('HINCRBY', KEYS[1], 'changes', ARGV[i + 2])
      if ARGV[i + 1] == '2' then redis.call('HINCRBY', KEYS[1], 'open', 1) end
    elseif ARGV[5] ~= '' then
      -- Nothing is to be done about it: it is decided on. The others are when they are handed over.
      local place, message = string.match(ARGV[5] .. ARGV[i], '^(.*):(.*)$')
      redis.call('SADD', place, message)
      redis.call('PEXPIRE', place, ARGV[6])
    end
  end
end
redis.call('HSET', KEYS[1], 'position', ARGV[2])
redis.call('HINCRBY', KEYS[1], 'read', read)
redis.call('HINCRBY', KEYS[1], 'calls', ARGV[4])
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[1]) end
return fresh
