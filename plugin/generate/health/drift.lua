-- What drifted: the values that Git wants (annotations want.drift-policy.dev/<key>) beside the live ones, by the same rules
-- as the gate (plugin/analysis/compare.cpp, kinds.cpp). `rules`, `severities`, `default_severity` and `facts`, what Kubernetes makes
-- of fields, stand above.

local prefix = "want.drift-policy.dev/"

local suffixes = {
  [""] = 1, k = 1e3, M = 1e6, G = 1e9, T = 1e12, P = 1e15, E = 1e18, Ki = 2 ^ 10, Mi = 2 ^ 20, Gi = 2 ^ 30, Ti = 2 ^ 40,
  Pi = 2 ^ 50, Ei = 2 ^ 60,
}
local parts = {m = 1e3, u = 1e6, n = 1e9}

local function quantity(value)
  local number, suffix = string.match(tostring(value), "^([+-]?[%d.]+)(.*)$")
  if not tonumber(number) then return nil end
  if parts[suffix] then return tonumber(number) / parts[suffix] end
  if suffixes[suffix] then return tonumber(number) * suffixes[suffix] end
  return string.match(suffix, "^[eE][+-]?%d+$") and tonumber(number .. suffix)
end

local function utf8(code)
  if code < 0x80 then return string.char(code) end
  local function tail(shift) return 0x80 + math.floor(code / 2 ^ shift) % 0x40 end
  if code < 0x800 then return string.char(0xC0 + math.floor(code / 0x40), tail(0)) end
  if code < 0x10000 then return string.char(0xE0 + math.floor(code / 0x1000), tail(6), tail(0)) end
  return string.char(0xF0 + math.floor(code / 0x40000), tail(12), tail(6), tail(0))
end

local escapes = {b = "\b", f = "\f", n = "\n", r = "\r", t = "\t"}

-- The lists among the tables that parse_json() made: of live objects an empty table may be either.
local lists = {}

-- JSON as Lua has it: mappings and lists are tables, null is nil. An error where the text is no JSON.
local function parse_json(text)
  local at = 1
  local value

  local function peek()
    at = string.find(text, "[^ \t\r\n]", at) or #text + 1
    return string.sub(text, at, at)
  end

  local function expect(sign)
    if peek() ~= sign then error("no JSON") end
    at = at + 1
  end

  local function unit()
    local code = tonumber(string.match(text, "^\\u(%x%x%x%x)", at), 16)
    at = at + 6
    return code
  end

  local function quoted()
    expect('"')
    local found = {}
    while true do
      local stop = string.find(text, '["\\]', at)
      if not stop then error("no JSON") end
      table.insert(found, string.sub(text, at, stop - 1))
      at = stop
      if string.sub(text, at, at) == '"' then
        at = at + 1
        return table.concat(found)
      end
      local sign = string.sub(text, at + 1, at + 1)
      if sign == "u" then
        local code = unit()
        if code >= 0xD800 and code < 0xDC00 then code = 0x10000 + (code - 0xD800) * 0x400 + unit() - 0xDC00 end
        table.insert(found, utf8(code))
      else
        table.insert(found, escapes[sign] or sign)
        at = at + 2
      end
    end
  end

  -- What stands between brackets, by commas.
  local function each(close, one)
    at = at + 1
    if peek() == close then
      at = at + 1
      return
    end
    while true do
      one()
      if peek() == close then
        at = at + 1
        return
      end
      expect(",")
    end
  end

  local words = {["true"] = true, ["false"] = false}

  value = function()
    local sign = peek()
    local found = {}
    if sign == "{" then
      each("}", function()
        local key = quoted()
        expect(":")
        found[key] = value()
      end)
      return found
    end
    if sign == "[" then
      lists[found] = true
      each("]", function() table.insert(found, value()) end)
      return found
    end
    if sign == '"' then return quoted() end
    local word = string.match(text, "^[%w+.-]+", at)
    if not word then error("no JSON") end
    at = at + #word
    if words[word] ~= nil then return words[word] end
    if word == "null" then return nil end
    return tonumber(word) or error("no JSON")
  end

  local result = value()
  if peek() ~= "" then error("no JSON") end
  return result
end

local function is_list(value) return lists[value] or value[1] ~= nil end

local function is_empty_list(value) return type(value) == "table" and lists[value] and next(value) == nil end

-- Where a value stands: the keys that lead to it, the last one first; list elements have none.
local function within(where, name) return {name = name, up = where, top = where and where.top or name} end

local function key(where, up)
  for _ = 1, up or 0 do where = where and where.up end
  return where and where.name or ""
end

-- Whether the value's place, or that of what it lies so many keys within, is one of these.
local function is_at(where, places, up)
  local found = places[key(where, up)]
  return found == true or (found and found[key(where, (up or 0) + 1)]) or false
end

local function in_free_map(where) return is_at(where, facts.free_maps, 1) end

local function is_text(where)
  return facts.maps_of_text[key(where, 1)] or (facts.built_in and in_free_map(where)) or
      (where and where.top == "metadata") or false
end

local function is_quantity(where)
  return not is_text(where) and (is_at(where, facts.quantity_maps, 1) or is_at(where, facts.quantities))
end

local function is_zero(value) return value == false or value == 0 or value == "" end

local function is_dropped_object(where)
  if key(where, 1) == "metadata" or is_at(where, facts.dropped_structs) then return true end
  local selector = key(where) == "selector" and not facts.selector_is_map
  return facts.built_in and not selector and (is_at(where, facts.free_maps) or is_at(where, facts.quantity_maps) or
      facts.other_maps[key(where)])
end

-- Whether the API server doesn't keep such a value, so that nothing is the same.
local function not_kept(where, value)
  local part = facts.schema_part and facts.schema_part(where)
  if part == "json" then return value == nil end
  if value == nil or is_empty_list(value) then return true end
  if type(value) == "table" then
    if next(value) ~= nil then return false end
    if part then return part == "map" end
    return is_dropped_object(where)
  end
  if is_at(where, type(value) == "string" and facts.kept_texts or facts.kept_zeros) then return false end
  return facts.built_in and not in_free_map(where) and is_zero(value)
end

-- Whether two values are the same to the letter.
local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for name, value in pairs(a) do
    if not equal(value, b[name]) then return false end
  end
  for name in pairs(b) do
    if a[name] == nil then return false end
  end
  return true
end

-- Whether the API server puts `live` in the place of an empty value, or a controller the rules of an aggregated ClusterRole.
local function filled_in(where, wanted, live)
  if not facts.built_in or in_free_map(where) or not (is_zero(wanted) or is_empty_list(wanted)) then return false end
  if facts.kind == "ClusterRole" and where.name == "rules" and not where.up then return obj.aggregationRule ~= nil end
  for _, default in ipairs(facts.defaults[key(where)] or {}) do
    local around, value = default[1], default[2]
    if around == "" or around == key(where, 1) then
      if value == "" or value == tostring(live) then return true end
      if type(live) == "table" and equal(parse_json(value), live) then return true end
    end
  end
  return false
end

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

-- Base64 as Go writes the bytes; nil where it is none.
local function bytes_of(text)
  text = string.gsub(text, "[\r\n]", "")
  if #text % 4 ~= 0 or not string.find(text, "^[%w+/]*=?=?$") then return nil end
  local digits, padding = string.match(text, "^(.-)(=*)$")
  if padding == "" then return text end
  local place = string.find(alphabet, string.sub(digits, -1), 1, true) - 1
  place = place - place % (#padding == 1 and 4 or 16) + 1
  return string.sub(digits, 1, -2) .. string.sub(alphabet, place, place)
end

-- RFC 3339 as seconds and what is behind the point; nil for anything else.
local function time_of(text)
  local year, month, day, hour, minute, second, rest =
      string.match(text, "^(%d%d%d%d)%-(%d%d)%-(%d%d)T(%d%d):(%d%d):(%d%d)(.*)$")
  if not year then return nil end
  local fraction, zone = string.match(rest, "^%.(%d+)(.*)$")
  zone = zone or rest
  local sign, hours, minutes = string.match(zone, "^([+-])(%d%d):(%d%d)$")
  if not sign and zone ~= "Z" and zone ~= "z" then return nil end
  local offset = sign and (hours * 60 + minutes) * (sign == "-" and -1 or 1) or 0
  year, month = year + 0, month + 0
  if month < 1 or month > 12 or year < 1700 or year > 2200 then return nil end
  if month < 3 then year, month = year - 1, month + 12 end
  local days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400) +
      math.floor((153 * (month - 3) + 2) / 5) + day
  return (days * 24 + hour) * 3600 + (minute - offset) * 60 + second, (string.gsub(fraction or "", "0+$", ""))
end

local units = {ns = 1e-9, us = 1e-6, ["\194\181s"] = 1e-6, ms = 1e-3, s = 1, m = 60, h = 3600}

-- As Go writes durations, in seconds; nil for anything else.
local function duration_of(text)
  local sign, rest = string.match(text, "^([+-]?)(.+)$")
  if not rest then return nil end
  if rest == "0" then return 0 end
  local sum = 0
  while rest ~= "" do
    local number, unit, more = string.match(rest, "^([%d.]+)([^%d.]+)(.*)$")
    if not tonumber(number) or not units[unit] then return nil end
    sum = sum + tonumber(number) * units[unit]
    rest = more
  end
  return sign == "-" and -sum or sum
end

local function same_text(where, a, b)
  if a == b then return true end
  if facts.built_in and is_at(where, facts.bytes) then
    local found = bytes_of(a)
    return found ~= nil and found == bytes_of(b)
  end
  if is_text(where) then return false end
  local seconds, fraction = time_of(a)
  if seconds then
    local others, other_fraction = time_of(b)
    return seconds == others and fraction == other_fraction
  end
  local duration = not facts.built_in and duration_of(a)
  return duration and duration == duration_of(b) or false
end

local function same_scalar(where, wanted, live)
  if type(wanted) == type(live) and type(wanted) ~= "string" and type(wanted) ~= "table" and wanted == live then
    return true
  end
  local texts = {string = true, number = true}
  if not texts[type(wanted)] or not texts[type(live)] then return false end
  if is_quantity(where) then
    local a, b = quantity(wanted), quantity(live)
    if a and b and (a == b or math.abs(a - b) <= 1e-12 * math.abs(a)) then return true end
  end
  if type(wanted) == "string" and type(live) == "string" then return same_text(where, wanted, live) end
  return facts.ints_or_strings[key(where)] and not is_text(where) and tostring(wanted) == tostring(live) or false
end

local fits

local function key_of(element, keys)
  local found = {}
  for i, name in ipairs(keys) do
    local value = type(element) == "table" and element[name]
    if (value == nil or value == false) and i == 1 then return nil end
    if not value or value == "" then value = facts.default_keys[name] or "" end
    table.insert(found, tostring(value))
  end
  return table.concat(found, "\n")
end

-- The elements by their keys, and their places; nil where one has none, or two have the same.
local function keyed(list, keys)
  local found, places = {}, {}
  for i, element in ipairs(list) do
    local id = key_of(element, keys)
    if not id or found[id] then return nil end
    found[id], places[id] = element, i
  end
  return found, places
end

local function keyed_list(where)
  for _, list in ipairs(facts.keyed_lists[key(where)] or {}) do
    if list.within == "" or list.within == key(where, 1) then return list end
  end
end

-- Whether those elements of `wanted` that are there stand in its order, whatever else stands between them.
local function in_order(wanted, places, keys)
  local last = 0
  for _, element in ipairs(wanted) do
    local place = places[key_of(element, keys)]
    if place and place < last then return false end
    last = place or last
  end
  return true
end

-- nil where the elements aren't told apart by these keys. `open`: others may add elements of their own.
local function fit_by_keys(wanted, live, where, keys, open)
  local wanted_by_key = keyed(wanted, keys)
  local live_by_key, places = keyed(live, keys)
  if not wanted_by_key or not live_by_key then return nil end
  for id in pairs(live_by_key) do
    if not open and not wanted_by_key[id] then return false end
  end
  for id, element in pairs(wanted_by_key) do
    if not fits(element, live_by_key[id], where) then return false end
  end
  return true, places
end

local function fit_as_sets(wanted, live)
  local there = {}
  for _, element in ipairs(live) do there[element] = true end
  for _, element in ipairs(wanted) do
    if not there[element] then return false end
  end
  return true
end

local function lists_fit(wanted, live, where)
  local pairs_of = key(where) == "subsets" and not where.up and facts.pairs_of
  if pairs_of and equal(pairs_of(wanted), pairs_of(live)) then return true end
  local list = keyed_list(where)
  if not list and facts.sets[key(where)] then return fit_as_sets(wanted, live) end
  if list then
    local fit, places = fit_by_keys(wanted, live, where, list.keys, true)
    if fit and list.ordered then return in_order(wanted, places, list.keys) end
    if fit ~= nil then return fit end
  end
  if not facts.built_in then
    local fit = fit_by_keys(wanted, live, where, {"name"}, false)
    if fit ~= nil then return fit end
  end
  if #wanted ~= #live then return #wanted == 0 and filled_in(where, wanted, live) end
  for i, element in ipairs(wanted) do
    if not fits(element, live[i], where) then return false end
  end
  return true
end

-- Whether `live` is as `wanted` says; what only `live` has is a default, or another's.
fits = function(wanted, live, where)
  if wanted == nil then return true end
  if live == nil then return not_kept(where, wanted) end
  if type(wanted) == "table" and type(live) == "table" then
    local list = is_list(wanted)
    local live_list = is_list(live) or (list and next(live) == nil)
    if list and live_list then return lists_fit(wanted, live, where) end
    if not list and not live_list then
      local aggregated = not where and facts.kind == "ClusterRole" and facts.built_in and wanted.aggregationRule
      for name, value in pairs(wanted) do
        if not (aggregated and name == "rules") and not fits(value, live[name], within(where, name)) then return false end
      end
      return true
    end
    return false
  end
  return same_scalar(where, wanted, live) or filled_in(where, wanted, live) or
      (not_kept(where, wanted) and not_kept(where, live)) or false
end

-- Whether the live value is what the annotation's text says: a string as it is, anything else as JSON.
local function same(text, live, where)
  if type(live) == "string" and text == live then return true end
  local parsed, wanted = pcall(parse_json, text)
  if text == "" then return fits("", live, where) end
  if parsed and fits(wanted, live, where) then return true end
  return live ~= nil and type(live) ~= "table" and same_scalar(where, text, live)
end

-- Adds everything that the pointer leads to, under its index: what the `*` stood for.
local function collect(node, pointer, depth, index, where, found)
  if node == nil then return end
  local token = pointer[depth]
  if token == nil then
    found[index] = {value = node, where = where}
  elseif type(node) ~= "table" then
    return
  elseif token == "*" then
    for name, value in pairs(node) do
      local place = type(name) == "number"
      local part = place and tostring(name - 1) or name
      collect(value, pointer, depth + 1, index == "" and part or index .. "." .. part,
              place and where or within(where, name), found)
    end
  else
    local place = is_list(node) and string.match(token, "^%d+$") and tonumber(token) + 1
    collect(node[place or token], pointer, depth + 1, index, place and where or within(where, token), found)
  end
end

local function rank_of(severity) return severities[severity] or 0 end

-- The guarded fields of all rules that match, by id: the first one's pointers, the highest severity.
local function fields_of(annotations)
  local whole = annotations["drift-policy.dev/severity"] or default_severity
  local fields = {}
  for _, rule in ipairs(rules) do
    if not rule.when or rule.when() then
      for _, field in ipairs(rule.fields) do
        local severity = field.severity or whole
        local known = fields[field.id]
        if not known then
          fields[field.id] = {id = field.id, pointers = field.pointers, severity = severity, health = field.health}
        else
          known.health = known.health or field.health
          if rank_of(severity) > rank_of(known.severity) then known.severity = severity end
        end
      end
    end
  end
  return fields
end

-- The live values by the keys of their annotations.
local function live_values(fields)
  local values = {}
  for id, field in pairs(fields) do
    for number, pointer in ipairs(field.pointers) do
      local found = {}
      if pointer then collect(obj, pointer, 1, "", nil, found) end
      local start = #field.pointers > 1 and id .. "." .. (number - 1) or id
      for index, live in pairs(found) do
        live.field = field
        values[index == "" and start or start .. "." .. index] = live
      end
    end
  end
  return values
end

-- Where the pointer would lead; `index` is what its `*` stood for.
local function place_of(pointer, index)
  local where
  local parts, used = {}, 0  -- by a for loop: gopher-lua's iterator wants its state from one
  for part in string.gmatch(index, "[^.]+") do table.insert(parts, part) end
  for _, token in ipairs(pointer) do
    if token == "*" then
      used = used + 1
      token = parts[used] or "0"
    end
    if not string.match(token, "^%d+$") then where = within(where, token) end
  end
  return where
end

-- What a key without a live value belongs to. Keys with a hash can't be led back to their place.
local function missing(name, fields)
  if string.match(name, "%.h%x%x%x%x%x%x%x%x%x%x$") then return {} end
  local best
  for id, field in pairs(fields) do
    if (name == id or string.sub(name, 1, #id + 1) == id .. ".") and (not best or #id > #best.id) then best = field end
  end
  if not best then return {} end
  local index = string.sub(name, #best.id + 2)
  local number = 1
  if #best.pointers > 1 then
    number = (tonumber(string.match(index, "^%d+")) or 0) + 1
    index = string.gsub(index, "^%d+%.?", "")
  end
  return {field = best, where = place_of(best.pointers[number] or {}, index)}
end

local function shown(key, text, live, field)
  local severity = " (" .. field.severity .. ")"
  local long = #text > 100 or (type(live) == "string" and #live > 100)
  if long or type(live) == "table" or string.match(text, "^[%[{]") then
    return key .. (live == nil and " is gone" or " differs from Git") .. severity
  end
  if live == nil then return key .. " is gone, Git wants " .. text .. severity end
  return key .. " is " .. tostring(live) .. ", Git wants " .. text .. severity
end

local function is_digest(text) return #text == 71 and string.sub(text, 1, 7) == "sha256:" end

-- Sentences on what differs, in the order of the keys, and the worst health that a field asks for.
local order = {Healthy = 1, Suspended = 2, Progressing = 3, Missing = 4, Degraded = 5, Unknown = 6}

local function worse(a, b)
  if not b or order[a] >= order[b] then return a end
  return b
end

local function drift(status)
  local annotations = obj.metadata.annotations or {}
  local keys = {}
  for name, text in pairs(annotations) do
    if string.sub(name, 1, #prefix) == prefix and not is_digest(text) then
      table.insert(keys, string.sub(name, #prefix + 1))
    end
  end
  if #keys == 0 then return {}, status end
  table.sort(keys)
  local fields = fields_of(annotations)
  local values = live_values(fields)
  local sentences = {}
  for _, key in ipairs(keys) do
    local text = annotations[prefix .. key]
    local live = values[key] or missing(key, fields)
    if live.field and not same(text, live.value, live.where) then
      table.insert(sentences, shown(key, text, live.value, live.field))
      status = worse(status, live.field.health)
    end
  end
  return sentences, status
end
