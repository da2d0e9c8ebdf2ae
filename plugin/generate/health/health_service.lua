-- gitops-engine/pkg/health/health_service.go
local function built_in()
  local ingress = ((obj.status or {}).loadBalancer or {}).ingress or {}
  if (obj.spec or {}).type == "LoadBalancer" and #ingress == 0 then return {status = "Progressing"} end
  return {status = "Healthy"}
end
