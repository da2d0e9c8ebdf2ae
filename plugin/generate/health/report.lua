-- What Argo CD alone would say, and what drifted.
local result = built_in()
local sentences, status = drift(result.status)
if #sentences == 0 then return result end
local message = "drift: " .. table.concat(sentences, "; ", 1, math.min(#sentences, 10))
if #sentences > 10 then message = message .. "; and " .. (#sentences - 10) .. " more" end
if result.message and result.message ~= "" then message = result.message .. "; " .. message end
return {status = status, message = message}
