-- gitops-engine/pkg/health/health_pvc.go
local function built_in()
  local statuses = {Lost = "Degraded", Pending = "Progressing", Bound = "Healthy"}
  return {status = statuses[(obj.status or {}).phase] or "Unknown"}
end
