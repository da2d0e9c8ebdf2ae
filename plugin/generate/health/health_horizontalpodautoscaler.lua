-- gitops-engine/pkg/health/health_hpa.go
local function built_in()
  local waiting = {status = "Progressing", message = "Waiting to Autoscale"}
  local conditions = (obj.status or {}).conditions or {}
  if obj.apiVersion == "autoscaling/v1" then
    local text = (obj.metadata.annotations or {})["autoscaling.alpha.kubernetes.io/conditions"]
    if not text then return waiting end
    local parsed, found = pcall(parse_json, text)
    if not parsed then
      return {status = "Unknown", message = "failed to convert conditions annotation to typed: " .. tostring(found)}
    end
    conditions = found or {}
  elseif obj.apiVersion ~= "autoscaling/v2" then
    return {status = "Unknown", message = "unsupported HPA GVK: " .. obj.apiVersion .. ", Kind=HorizontalPodAutoscaler"}
  end
  local bad = {
    AbleToScale = {FailedGetScale = true, FailedUpdateScale = true},
    ScalingActive = {
      FailedGetResourceMetric = true, FailedGetObjectMetric = true, FailedGetPodsMetric = true,
      FailedGetExternalMetric = true, FailedComputeMetricsReplicas = true, InvalidSelector = true,
    },
  }
  for _, condition in ipairs(conditions) do
    if (bad[condition.type] or {})[condition.reason] then return {status = "Degraded", message = condition.message} end
  end
  for _, condition in ipairs(conditions) do
    if (condition.type == "AbleToScale" or condition.type == "ScalingLimited") and condition.status == "True" then
      return {status = "Healthy", message = condition.message}
    end
  end
  return waiting
end
