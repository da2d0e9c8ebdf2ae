-- gitops-engine/pkg/health/health_job.go
local function built_in()
  local failed, complete, suspended = false, false, false
  local failure, message = "", ""
  for _, condition in ipairs((obj.status or {}).conditions or {}) do
    local said = condition.message or ""
    if condition.type == "Failed" then
      failed, complete, failure = true, true, said
    elseif condition.type == "Complete" then
      complete, message = true, said
    elseif condition.type == "Suspended" then
      complete, message = true, said
      suspended = suspended or condition.status == "True"
    end
  end
  if not complete then return {status = "Progressing", message = message} end
  if failed then return {status = "Degraded", message = failure} end
  return {status = suspended and "Suspended" or "Healthy", message = message}
end
