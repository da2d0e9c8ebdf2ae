-- gitops-engine/pkg/health/health_apiservice.go
local function built_in()
  for _, condition in ipairs((obj.status or {}).conditions or {}) do
    if condition.type == "Available" then
      return {status = condition.status == "True" and "Healthy" or "Progressing",
              message = (condition.reason or "") .. ": " .. (condition.message or "")}
    end
  end
  return {status = "Progressing", message = "Waiting to be processed"}
end
