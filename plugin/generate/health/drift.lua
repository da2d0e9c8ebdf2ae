-- What drifted: the values that Git wants (annotations want.drift-policy.dev/<key>) beside the live ones, by the same rules
-- as the gate. `rules`, `severities` and `default_severity` stand above.

local prefix = "want.drift-policy.dev/"

-- How list elements are told apart, as Kubernetes' patches do; all other lists go by place.
local list_keys = {
  containers = {"name"}, initContainers = {"name"}, ephemeralContainers = {"name"}, volumes = {"name"}, env = {"name"},
  imagePullSecrets = {"name"}, resourceClaims = {"name"}, claims = {"name"}, hostAliases = {"ip"},
  volumeMounts = {"mountPath"}, volumeDevices = {"devicePath"},
}

-- Mappings whose values are quantities.
local quantity_maps = {requests = true, limits = true, hard = true, capacity = true, overhead = true}

-- Empty values that the API server fills in.
local filled_in = {
  protocol = true, type = true, targetPort = true, nodePort = true, imagePullPolicy = true, pathType = true,
  terminationMessagePath = true, terminationMessagePolicy = true, schedulerName = true, restartPolicy = true,
}

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

local function is_list(value) return value[1] ~= nil end

-- Whether the API server doesn't keep such a value, so that nothing is the same.
local function is_empty(value)
  return value == nil or value == false or value == 0 or value == "" or (type(value) == "table" and next(value) == nil)
end

local function same_scalar(wanted, live, name, parent)
  if wanted == live then return true end
  if type(wanted) == "boolean" or type(live) == "boolean" or type(wanted) == "table" or type(live) == "table" then
    return false
  end
  if quantity_maps[parent] then
    local a, b = quantity(wanted), quantity(live)
    if a and b then return a == b or math.abs(a - b) <= 1e-12 * math.abs(a) end
  end
  return type(wanted) ~= type(live) and tostring(wanted) == tostring(live)
end

local fits

local function key_of(element, keys)
  local found = {}
  for _, key in ipairs(keys) do
    local value = type(element) == "table" and element[key]
    if not value and key ~= "protocol" then return nil end
    table.insert(found, tostring(value or "TCP"))
  end
  return table.concat(found, "\n")
end

local function keys_of(name, parent)
  if name ~= "ports" then return list_keys[name] end
  return {parent == "spec" and "port" or "containerPort", "protocol"}
end

-- The elements by their keys; nil where one has none, or two have the same.
local function keyed(list, keys)
  local found = {}
  for _, element in ipairs(list) do
    local key = keys and key_of(element, keys)
    if not key or found[key] then return nil end
    found[key] = element
  end
  return found
end

local function lists_fit(wanted, live, name, parent)
  local keys = keys_of(name, parent)
  local wanted_by_key, live_by_key = keyed(wanted, keys), keyed(live, keys)
  if wanted_by_key and live_by_key then
    for key, element in pairs(wanted_by_key) do
      if not fits(element, live_by_key[key], nil, name) then return false end
    end
    return true
  end
  if #wanted ~= #live then return false end
  for i, element in ipairs(wanted) do
    if not fits(element, live[i], name, parent) then return false end
  end
  return true
end

-- Whether `live` is as `wanted` says; what only `live` has is a default, or another's.
fits = function(wanted, live, name, parent)
  if live == nil then return is_empty(wanted) end
  if type(wanted) == "table" and type(live) == "table" then
    if is_list(wanted) or is_list(live) then return lists_fit(wanted, live, name, parent) end
    for key, value in pairs(wanted) do
      if not fits(value, live[key], key, name) then return false end
    end
    return true
  end
  return same_scalar(wanted, live, name, parent) or (filled_in[name] and wanted ~= false and is_empty(wanted)) or false
end

-- Whether the live value is what the annotation's text says: a string as it is, anything else as JSON.
local function same(text, live, name, parent)
  if live == nil then return text == "" or text == "0" or text == "false" or text == "[]" or text == "{}" end
  if type(live) == "string" and text == live then return true end
  local parsed, wanted = pcall(parse_json, text)
  if not parsed then return type(live) == "string" and same_scalar(text, live, name, parent) end
  return fits(wanted, live, name, parent)
end

-- Adds everything that the pointer leads to, under its index: what the `*` stood for.
local function collect(node, pointer, depth, index, found)
  if node == nil then return end
  local token = pointer[depth]
  if token == nil then
    found[index] = node
  elseif type(node) ~= "table" then
    return
  elseif token == "*" then
    for key, value in pairs(node) do
      local part = type(key) == "number" and tostring(key - 1) or key
      collect(value, pointer, depth + 1, index == "" and part or index .. "." .. part, found)
    end
  else
    local place = is_list(node) and string.match(token, "^%d+$") and tonumber(token) + 1
    collect(node[place or token], pointer, depth + 1, index, found)
  end
end

-- The pointer's last two names, by which it is known what a value is.
local function names_of(pointer)
  local names = {}
  for _, token in ipairs(pointer) do
    if token ~= "*" and not string.match(token, "^%d+$") then table.insert(names, token) end
  end
  return names[#names], names[#names - 1]
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
      if pointer then collect(obj, pointer, 1, "", found) end
      local start = #field.pointers > 1 and id .. "." .. (number - 1) or id
      local name, parent = names_of(pointer or {})
      for index, value in pairs(found) do
        local key = index == "" and start or start .. "." .. index
        values[key] = {field = field, value = value, name = name, parent = parent}
      end
    end
  end
  return values
end

-- The field that a key without a live value belongs to. Keys with a hash can't be led back to their place.
local function field_of(key, fields)
  if string.match(key, "%.h%x%x%x%x%x%x%x%x%x%x$") then return nil end
  local best
  for id, field in pairs(fields) do
    if (key == id or string.sub(key, 1, #id + 1) == id .. ".") and (not best or #id > #best.id) then best = field end
  end
  return best
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
    local live = values[key] or {field = field_of(key, fields)}
    if live.field and not same(text, live.value, live.name, live.parent) then
      table.insert(sentences, shown(key, text, live.value, live.field))
      status = worse(status, live.field.health)
    end
  end
  return sentences, status
end
