-- gitops-engine/pkg/health/health_deployment.go
local function built_in()
  local spec, status = obj.spec or {}, obj.status or {}
  local updated, available = status.updatedReplicas or 0, status.availableReplicas or 0
  if spec.paused then return {status = "Suspended", message = "Deployment is paused"} end
  local waiting = {status = "Progressing"}
  if (obj.metadata.generation or 0) > (status.observedGeneration or 0) then
    waiting.message = "Waiting for rollout to finish: observed deployment generation less than desired generation"
    return waiting
  end
  for _, condition in ipairs(status.conditions or {}) do
    if condition.type == "Progressing" then
      if condition.reason == "ProgressDeadlineExceeded" then
        return {status = "Degraded", message = 'Deployment "' .. obj.metadata.name .. '" exceeded its progress deadline'}
      end
      break
    end
  end
  if spec.replicas and updated < spec.replicas then
    waiting.message = "Waiting for rollout to finish: " .. updated .. " out of " .. spec.replicas ..
        " new replicas have been updated..."
    return waiting
  end
  if (status.replicas or 0) > updated then
    waiting.message = "Waiting for rollout to finish: " .. status.replicas - updated ..
        " old replicas are pending termination..."
    return waiting
  end
  if available < updated then
    waiting.message = "Waiting for rollout to finish: " .. available .. " of " .. updated ..
        " updated replicas are available..."
    return waiting
  end
  return {status = "Healthy"}
end
