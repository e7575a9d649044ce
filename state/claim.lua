-- Takes jobs that are due, a fair share of each queue first, and leases them to one worker. A leased job's place in its
-- queue is the end of its lease: running jobs are out of the way, and one whose worker is gone falls due by itself.
-- KEYS: 1 running jobs, then the queues, most urgent first
-- ARGV: 1 token, 2 most jobs, 3 lease (ms), 4 prefix of leases, 5 prefix of tries
-- Returns ms until the next job falls due (-1: none known), then for each job:
--   its id, its queue's place in KEYS, 1 if its former lease had run out else 0, failures, spent (ms), progress
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local token, lease = ARGV[1], tonumber(ARGV[3])
local left = tonumber(ARGV[2])
local jobs = {-1}

local function take(place, most)
  local queue = KEYS[place]
  local ids = redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'LIMIT', 0, most)
  for _, id in ipairs(ids) do
    local held = ARGV[4] .. id
    if redis.call('SET', held, token, 'NX', 'PX', lease) then
      local abandoned = redis.call('ZSCORE', KEYS[1], id) and 1 or 0
      local tries = redis.call('HMGET', ARGV[5] .. id, 'failures', 'spent', 'progress')
      redis.call('ZADD', queue, now + lease, id)
      redis.call('ZADD', KEYS[1], now + lease, id)
      for _, value in ipairs({id, place, abandoned, tries[1] or 0, tries[2] or 0, tries[3] or ''}) do
        jobs[#jobs + 1] = value
      end
      left = left - 1
    else
      redis.call('ZADD', queue, now + math.max(redis.call('PTTL', held), 1), id)
    end
  end
end

local share = math.ceil(left / (#KEYS - 1))
for _, most in ipairs({share, left}) do
  for place = 2, #KEYS do
    if left > 0 then take(place, math.min(most, left)) end
  end
end
for place = 2, #KEYS do
  local due = redis.call('ZRANGE', KEYS[place], 0, 0, 'WITHSCORES')[2]
  if due then
    local wait = math.max(math.ceil(tonumber(due) - now), 0)
    if jobs[1] < 0 or wait < jobs[1] then jobs[1] = wait end
  end
end
return jobs
