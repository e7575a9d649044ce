-- Marks an object as gone and forgets what is kept of it under keys of its own; another one may take over its ledger.
-- All of it or, when Redis refuses, nothing.
-- KEYS: 1 lock of the object, 2 lease that it holds by, 3 mark, 4 ledger that takes over, then the keys that go
-- ARGV: 1 what the lock and 2 what the lease must hold, 3 how it has gone, 4 the mark's time to live (ms), 5 the
--       ledger's time to live (s), then the fields and entries that it takes over
-- Returns 1, or 0 if lock or lease are lost: then nothing is done.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
if #ARGV > 5 then
  redis.call('HSET', KEYS[4], unpack(ARGV, 6))
  redis.call('EXPIRE', KEYS[4], ARGV[5])
end
redis.call('UNLINK', KEYS[1], unpack(KEYS, 5))
return 1
