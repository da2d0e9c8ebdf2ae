-- Each address of each port, ready or not (plugin/analysis/endpoints.cpp).
function facts.pairs_of(subsets)
  local function text_of(value)
    local parts = {}
    for name, part in pairs(value) do
      if part ~= "" and not (name == "protocol" and part == "TCP") then
        table.insert(parts, name .. "=" .. (type(part) == "table" and text_of(part) or tostring(part)))
      end
    end
    table.sort(parts)
    return "{" .. table.concat(parts, ",") .. "}"
  end
  local found = {}
  for _, subset in ipairs(subsets) do
    local ports = {}
    for _, port in ipairs(subset.ports or {}) do table.insert(ports, text_of(port)) end
    if #ports == 0 then ports = {""} end
    for _, list in ipairs({"addresses", "notReadyAddresses"}) do
      for _, address in ipairs(subset[list] or {}) do
        local text = list .. text_of(address)
        for _, port in ipairs(ports) do found[port .. text] = true end
      end
    end
  end
  return found
end
