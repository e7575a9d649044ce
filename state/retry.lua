-- Moves dead letters back to their queues, each with the memory of its deaths; all of it or, when Redis refuses, nothing.
-- KEYS: 1 dead letters, 2 wake list
-- ARGV: 1 prefix of letters, 2 of jobs, 3 of tries, 4 of leases, 5 of live queues, 6 job's time to live (ms), 7 most
--       tokens in the wake list, 8 most deaths that are remembered, then the ids
-- Returns for each id 1 (it is queued), 2 (an earlier retry of it waited for its next try, which is due now), 3 (an
-- earlier retry of it runs), 4 (its bytes are gone) or 0 (there is no such letter).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local names = {
  'died_at', 'reason', 'attempts', 'first_error', 'last_error', 'request_id', 'queue', 'payload', 'progress', 'deaths',
}

local function again(id)
  local tries = ARGV[3] .. id
  local queue = redis.call('HGET', tries, 'queue')
  if not queue or not redis.call('ZSCORE', queue, id) then return 0 end
  if redis.call('EXISTS', ARGV[4] .. id) == 1 then return 3 end
  redis.call('ZADD', queue, now, id)
  return 2
end

local function retry(id)
  local letter, tries = {}, ARGV[3] .. id
  for i, value in ipairs(redis.call('HMGET', ARGV[1] .. id, unpack(names))) do letter[names[i]] = value or '' end
  if letter.died_at == '' then return again(id) end
  if letter.payload == '' then return 4 end
  -- What nobody can read of one letter keeps neither it nor those beside it from being tried again.
  local known, deaths = pcall(cmsgpack.unpack, letter.deaths)
  if not known or type(deaths) ~= 'table' then deaths = {} end
  deaths[#deaths + 1] = {
    died_at = (tonumber(letter.died_at) or 0) / 1000, retried_at = now / 1000, reason = letter.reason,
    attempts = tonumber(letter.attempts) or 0, first_error = letter.first_error, last_error = letter.last_error,
    request_id = letter.request_id,
  }
  while #deaths > tonumber(ARGV[8]) do table.remove(deaths, 1) end
  local queue = letter.queue ~= '' and letter.queue or ARGV[5] .. string.match(id, '^[^:]*')
  redis.call('SET', ARGV[2] .. id, letter.payload, 'PX', ARGV[6])
  redis.call('DEL', tries)
  redis.call('HSET', tries, 'queue', queue, 'deaths', cmsgpack.pack(deaths), 'progress', letter.progress)
  redis.call('PEXPIRE', tries, ARGV[6])
  redis.call('ZADD', queue, now, id)
  redis.call('DEL', ARGV[1] .. id)
  redis.call('ZREM', KEYS[1], id)
  return 1
end

local results, queued = {}, 0
for i = 9, #ARGV do
  results[#results + 1] = retry(ARGV[i])
  if results[#results] == 1 or results[#results] == 2 then queued = queued + 1 end
end
for _ = 1, math.min(queued, tonumber(ARGV[7]) - redis.call('LLEN', KEYS[2])) do
  redis.call('RPUSH', KEYS[2], '1')
end
return results
