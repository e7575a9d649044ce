-- Reads on in a stream, and gives those of its entries that hold a text in one field.
-- KEYS: 1 the stream
-- ARGV: 1 position behind which, 2 most entries to read, 3 the text, 4 the field
-- Returns the position of the last one read ('' for none), then of each that holds it: its position, its field.
local last = ''
local found = {}
for _, row in ipairs(redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])) do
  last = row[1]
  for i = 1, #row[2], 2 do
    if row[2][i] == ARGV[4] and string.find(row[2][i + 1], ARGV[3], 1, true) then
      found[#found + 1] = last
      found[#found + 1] = row[2][i + 1]
    end
  end
end
return {last, unpack(found)}
