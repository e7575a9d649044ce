-- Keeps or gives up a turn, if it is still the caller's.
-- KEYS: 1 the turn
-- ARGV: 1 token, 2 for how long it is kept from now on (ms)
-- Returns 1; 0 if the turn is somebody else's, or nobody's.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
