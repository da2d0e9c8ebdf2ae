-- What all scripts of the gate's actions share. Argo CD gives them no string library: what takes one is done with `<`.
local metadata = obj.metadata
local annotations = metadata.annotations or {}
local labels = metadata.labels or {}

local function note(name)
  return annotations["drift-policy.dev/" .. name] or ""
end

local is_gate = labels["app.kubernetes.io/component"] == "gate" and labels["app.kubernetes.io/managed-by"] == "drift-policy"
local waits = is_gate and note("state") == "waiting" and note("drift") ~= "" and note("asks") ~= ""

-- The words of a list with spaces between; none where there is another character than words have.
local function words_of(text)
  local letters = {
    " ", "-", ".", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k",
    "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"}
  local words, seen, current = {}, "", ""
  while seen ~= text do
    local letter = nil
    for _, candidate in ipairs(letters) do
      if text >= seen .. candidate and text < seen .. candidate .. "\127" then letter = candidate end
    end
    if letter == nil then return {} end
    seen = seen .. letter
    if letter == " " then
      words[current] = true
      current = ""
    else
      current = current .. letter
    end
  end
  words[current] = true
  return words
end

-- Whether a yes through Argo CD counts for all that is asked about.
local counts = waits
local through, some = words_of(note("through-argocd")), false
for word in pairs(words_of(note("asks"))) do
  some = true
  counts = counts and through[word] == true
end
counts = counts and some
local stops = note("asks-for") == "override"
