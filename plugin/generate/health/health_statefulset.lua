-- gitops-engine/pkg/health/health_statefulset.go
local function built_in()
  local spec, status = obj.spec or {}, obj.status or {}
  local strategy = spec.updateStrategy or {}
  local observed, updated, ready = status.observedGeneration or 0, status.updatedReplicas or 0, status.readyReplicas or 0
  if observed == 0 or (obj.metadata.generation or 0) > observed then
    return {status = "Progressing", message = "Waiting for statefulset spec update to be observed..."}
  end
  if spec.replicas and ready < spec.replicas then
    return {status = "Progressing", message = "Waiting for " .. spec.replicas - ready .. " pods to be ready..."}
  end
  if strategy.type == "RollingUpdate" and strategy.rollingUpdate then
    local partition = strategy.rollingUpdate.partition
    if spec.replicas and partition and updated < spec.replicas - partition then
      return {status = "Progressing", message = "Waiting for partitioned roll out to finish: " .. updated .. " out of " ..
          spec.replicas - partition .. " new pods have been updated..."}
    end
    return {status = "Healthy",
            message = "partitioned roll out complete: " .. updated .. " new pods have been updated..."}
  end
  if strategy.type == "OnDelete" then
    return {status = "Healthy", message = "statefulset has " .. ready .. " ready pods"}
  end
  local update, current = status.updateRevision or "", status.currentRevision or ""
  if update ~= current then
    return {status = "Progressing", message = "waiting for statefulset rolling update to complete " .. updated ..
        " pods at revision " .. update .. "..."}
  end
  return {status = "Healthy", message = "statefulset rolling update complete " .. (status.currentReplicas or 0) ..
      " pods at revision " .. current .. "..."}
end
