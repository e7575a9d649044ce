-- Keep an answer, unless its object was dropped since it was asked for.
-- KEYS: mark of the last drop, place of the answer. ARGV: the mark as it was, the answer, ms to keep it.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
