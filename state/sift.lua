-- Tells which of some keys hold a text: strings, or hashes in one of their fields.
-- KEYS: the keys
-- ARGV: 1 the text, then the fields, none for strings
-- Returns the places of those that hold it, counted from 1.
local found = {}
for i, key in ipairs(KEYS) do
  local values = {}
  if #ARGV == 1 then values = {redis.call('GET', key)} else values = redis.call('HMGET', key, unpack(ARGV, 2)) end
  for _, value in ipairs(values) do
    if value and string.find(value, ARGV[1], 1, true) then
      found[#found + 1] = i
      break
    end
  end
end
return found
