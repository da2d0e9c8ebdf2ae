-- gitops-engine/pkg/health/health_daemonset.go
local function built_in()
  local status = obj.status or {}
  local updated, desired = status.updatedNumberScheduled or 0, status.desiredNumberScheduled or 0
  local available = status.numberAvailable or 0
  if (obj.metadata.generation or 0) > (status.observedGeneration or 0) then
    return {status = "Progressing",
            message = "Waiting for rollout to finish: observed daemon set generation less than desired generation"}
  end
  if ((obj.spec or {}).updateStrategy or {}).type == "OnDelete" then
    return {status = "Healthy",
            message = "daemon set " .. updated .. " out of " .. desired .. " new pods have been updated"}
  end
  local start = 'Waiting for daemon set "' .. obj.metadata.name .. '" rollout to finish: '
  if updated < desired then
    return {status = "Progressing", message = start .. updated .. " out of " .. desired .. " new pods have been updated..."}
  end
  if available < desired then
    return {status = "Progressing", message = start .. available .. " of " .. desired .. " updated pods are available..."}
  end
  return {status = "Healthy"}
end
