-- resource_customizations/policy/PodDisruptionBudget/health.lua
local function built_in()
  local result = {status = "Progressing", message = "Waiting for status"}
  for _, condition in ipairs((obj.status or {}).conditions or {}) do
    result.message = "PodDisruptionBudget has " .. condition.reason
    result.status = "Healthy"
    if condition.status == "False" and condition.reason ~= "InsufficientPods" then
      result.status = "Degraded"
      return result
    end
  end
  return result
end
