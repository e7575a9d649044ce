-- Looks on through a sorted set of ids, and gives those whose own keys hold a text: strings, or hashes in some fields.
-- KEYS: 1 the sorted set
-- ARGV: 1 position, 2 about how many ids to look at, 3 prefix of their keys, 4 the text, then the fields, none for
--       strings
-- Returns the position to go on from ('0' at the end), then for each that holds it: its id and its score.
local position, flat = unpack(redis.call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2]))
local found = {position}

local function holds(key)
  local values = {}
  if #ARGV == 4 then values = {redis.call('GET', key)} else values = redis.call('HMGET', key, unpack(ARGV, 5)) end
  for _, value in ipairs(values) do
    if value and string.find(value, ARGV[4], 1, true) then return true end
  end
  return false
end

for i = 1, #flat, 2 do
  if holds(ARGV[3] .. flat[i]) then
    found[#found + 1] = flat[i]
    found[#found + 1] = flat[i + 1]
  end
end
return found
