-- resource_customizations/argoproj.io/Rollout/health.lua
local function is_observed(status)
  local observed = tonumber(status.observedGeneration)
  if observed and observed <= obj.metadata.generation and observed ~= obj.metadata.generation then return false end
  local annotations = obj.metadata.annotations
  if not obj.spec.workloadRef or not annotations then return true end
  return tonumber(annotations["rollout.argoproj.io/workload-generation"]) == tonumber(status.workloadObservedGeneration)
end

local function failure_of(status)
  for _, condition in ipairs(status.conditions or {}) do
    local stuck = condition.reason == "RolloutAborted" or condition.reason == "ProgressDeadlineExceeded"
    if condition.type == "InvalidSpec" or (condition.type == "Progressing" and stuck) then
      return {status = "Degraded", message = condition.message}
    end
  end
end

-- What a Rollout without a phase in its status (before version 1.0) waits for; nil where for nothing.
local function waits_for(status)
  local updated, available = status.updatedReplicas or 0, status.availableReplicas or 0
  local stable = status.stableRS or (status.canary and status.canary.stableRS)
  if not status.canary and not status.stableRS then stable = "" end
  if not status.currentPodHash then return "Waiting for rollout to finish: status has not been reconciled." end
  if updated < (obj.spec.replicas or 1) then return "Waiting for roll out to finish: More replicas need to be updated" end
  if available < updated then
    return "Waiting for roll out to finish: updated replicas are still becoming available"
  end
  local strategy = obj.spec.strategy
  if strategy.blueGreen then
    if not status.blueGreen or status.blueGreen.activeSelector ~= status.currentPodHash then
      return "active service cutover pending"
    end
    if stable ~= "" and stable ~= status.currentPodHash then return "waiting for analysis to complete" end
  elseif strategy.canary then
    if (status.replicas or 0) > updated then
      return "Waiting for roll out to finish: old replicas are pending termination"
    end
    if stable == "" or stable ~= status.currentPodHash then return "Waiting for rollout to finish steps" end
  end
end

local function built_in()
  local status = obj.status
  if not status or not is_observed(status) then
    return {status = "Progressing", message = "Waiting for rollout spec update to be observed"}
  end
  if status.phase then
    return {status = status.phase == "Paused" and "Suspended" or status.phase, message = status.message}
  end
  local failure = failure_of(status)
  if failure then return failure end
  if #(status.pauseConditions or {}) > 0 or obj.spec.paused then
    return {status = "Suspended", message = "Rollout is paused"}
  end
  local waiting = waits_for(status)
  if waiting then return {status = "Progressing", message = waiting} end
  return {status = "Healthy"}
end
