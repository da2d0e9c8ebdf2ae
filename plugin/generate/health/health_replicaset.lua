-- gitops-engine/pkg/health/health_replicaset.go
local function built_in()
  local spec, status = obj.spec or {}, obj.status or {}
  local available = status.availableReplicas or 0
  if (obj.metadata.generation or 0) > (status.observedGeneration or 0) then
    return {status = "Progressing",
            message = "Waiting for rollout to finish: observed replica set generation less than desired generation"}
  end
  for _, condition in ipairs(status.conditions or {}) do
    if condition.type == "ReplicaFailure" then
      if condition.status == "True" then return {status = "Degraded", message = condition.message} end
      break
    end
  end
  if spec.replicas and available < spec.replicas then
    return {status = "Progressing", message = "Waiting for rollout to finish: " .. available .. " out of " ..
        spec.replicas .. " new replicas are available..."}
  end
  return {status = "Healthy"}
end
