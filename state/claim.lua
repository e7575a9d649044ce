#!lua
-- Takes jobs that are due, those whose worker is gone first, then a fair share of each queue, and leases them to one
-- worker. A leased job's place in its queue is the end of its lease: running jobs are out of the way, and one whose
-- worker is gone falls due by itself.
-- (The first line has Redis refuse the whole script on a replica, where looking alone would find nothing for ever.)
-- KEYS: 1 running jobs, 2 number of the last lease, 3 the suspect that runs, then the queues, the live ones first
-- ARGV: 1 worker's token, 2 most jobs, 3 lease (ms), 4 prefix of leases, 5 prefix of tries, 6 tries' time to live (ms),
--       7 how many of the queues are live, 8 for how long a job may be due until it is late (ms)
-- Returns ms until the next job falls due (-1: none known), then for each job: its id, its queue's place in KEYS, the
--   token of this lease, how often a lease on it has run out, failures, spent (ms), progress
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[3])
local left = tonumber(ARGV[2])
local late = now - ARGV[8]
local jobs = {-1}

-- What was left lying for long, in an outage or a flood, is not to keep waiting who comes now: three places of four go
-- to those who are not late, and the fourth to the oldest.
local function due(queue, most)
  local first = redis.call('ZRANGEBYSCORE', queue, '-inf', late, 'LIMIT', 0, 1)
  if #first == 0 then return redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'LIMIT', 0, most) end
  local turn = tonumber(redis.call('GET', KEYS[2]) or 0)
  local kept = math.floor(most / 4) + (turn % 4 < most % 4 and 1 or 0)
  local ids = redis.call('ZRANGEBYSCORE', queue, '(' .. late, now, 'LIMIT', 0, most - kept)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', queue, '-inf', late, 'LIMIT', 0, most - #ids)) do
    ids[#ids + 1] = id
  end
  return ids
end

-- They have waited for a lease already, and are no more than their worker held: however many are due, they come first.
local ABANDONED = 100
local abandoned = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ABANDONED)

local function left_in(queue, most)
  local ids = {}
  for _, id in ipairs(abandoned) do
    if #ids < most and tonumber(redis.call('ZSCORE', queue, id) or now + 1) <= now then ids[#ids + 1] = id end
  end
  return ids
end

-- A job that has lost two workers may have ended them, or have lain beside one that did. Of these one runs at a time in
-- the whole fleet: whose worker ends once more was it, and the others come to their end.
local SUSPECT, LATER = 2, 250
local function has_to_wait(id, tries)
  if tonumber(redis.call('HGET', tries, 'abandoned') or 0) + 1 ~= SUSPECT then return false end
  local other = redis.call('GET', KEYS[3])
  if other and other ~= id and redis.call('EXISTS', ARGV[4] .. other) == 1 then return true end
  redis.call('SET', KEYS[3], id, 'PX', ARGV[6])
  return false
end

local function take(place, ids)
  local queue = KEYS[place]
  for _, id in ipairs(ids) do
    local held, tries = ARGV[4] .. id, ARGV[5] .. id
    local left_by_another = redis.call('ZSCORE', KEYS[1], id)
    local waits = left_by_another and has_to_wait(id, tries)
    local token = not waits and ARGV[1] .. ':' .. redis.call('INCR', KEYS[2])
    if waits then
      redis.call('ZADD', queue, now + LATER, id)
    elseif redis.call('SET', held, token, 'NX', 'PX', lease) then
      if left_by_another then
        redis.call('HINCRBY', tries, 'abandoned', 1)
        redis.call('PEXPIRE', tries, ARGV[6])
      end
      local known = redis.call('HMGET', tries, 'abandoned', 'failures', 'spent', 'progress')
      redis.call('ZADD', queue, now + lease, id)
      redis.call('ZADD', KEYS[1], now + lease, id)
      for _, value in ipairs({id, place, token, known[1] or 0, known[2] or 0, known[3] or 0, known[4] or ''}) do
        jobs[#jobs + 1] = value
      end
      left = left - 1
    else
      redis.call('ZADD', queue, now + math.max(redis.call('PTTL', held), 1), id)
    end
  end
end

local live = 3 + tonumber(ARGV[7])
for _, lane in ipairs({{4, live}, {live + 1, #KEYS}}) do
  for place = lane[1], lane[2] do
    if left > 0 and #abandoned > 0 then take(place, left_in(KEYS[place], left)) end
  end
  local share = math.ceil(left / math.max(lane[2] - lane[1] + 1, 1))
  for _, most in ipairs({share, left}) do
    for place = lane[1], lane[2] do
      if left > 0 then take(place, due(KEYS[place], math.min(most, left))) end
    end
  end
end
for place = 4, #KEYS do
  local due = redis.call('ZRANGE', KEYS[place], 0, 0, 'WITHSCORES')[2]
  if due then
    local wait = math.max(math.ceil(tonumber(due) - now), 0)
    if jobs[1] < 0 or wait < jobs[1] then jobs[1] = wait end
  end
end
return jobs
