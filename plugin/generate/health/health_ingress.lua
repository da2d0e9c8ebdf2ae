-- gitops-engine/pkg/health/health_ingress.go
local function built_in()
  local ingress = ((obj.status or {}).loadBalancer or {}).ingress or {}
  return {status = #ingress > 0 and "Healthy" or "Progressing"}
end
