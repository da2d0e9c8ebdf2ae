-- gitops-engine/pkg/health/health_pod.go
local function is_hook(annotations)
  local words, skip = 0, false
  for word in string.gmatch(annotations["argocd.argoproj.io/hook"] or "", "[^,%s]+") do
    words = words + 1
    skip = skip or word == "Skip"
  end
  if annotations["argocd.argoproj.io/hook"] then return not (skip and words == 1) end
  local helm = annotations["helm.sh/hook"]
  return helm ~= nil and helm ~= "crd-install"
end

local function container_failure(container)
  local ended = (container.state or {}).terminated
  if not ended then return "" end
  if (ended.message or "") ~= "" then return ended.message end
  if ended.reason == "OOMKilled" then return ended.reason end
  if (ended.exitCode or 0) == 0 then return "" end
  return 'container "' .. container.name .. '" failed with exit code ' .. ended.exitCode
end

-- Why containers of a long-running pod can't start; nil where all can.
local function cannot_start(containers)
  local messages
  for _, container in ipairs(containers) do
    local waiting = (container.state or {}).waiting
    local reason = waiting and waiting.reason or ""
    if string.find(reason, "^Err") or string.find(reason, "Error$") or string.find(reason, "BackOff$") then
      messages = messages or {}
      table.insert(messages, waiting.message or "")
    end
  end
  return messages and table.concat(messages, ", ")
end

local function is_ready(status)
  for _, condition in ipairs(status.conditions or {}) do
    if condition.type == "Ready" then return condition.status == "True" end
  end
  return false
end

local function failure_of(status)
  if (status.message or "") ~= "" then return status.message end
  for _, list in ipairs({status.initContainerStatuses or {}, status.containerStatuses or {}}) do
    for _, container in ipairs(list) do
      local message = container_failure(container)
      if message ~= "" then return message end
    end
  end
  return ""
end

local function built_in()
  local annotations, status = obj.metadata.annotations or {}, obj.status or {}
  local containers, message = status.containerStatuses or {}, status.message
  local policy = (obj.spec or {}).restartPolicy
  local ignored = annotations["argocd.argoproj.io/ignore-restart-policy"] == "true"
  local long_running = policy == "Always" or (ignored and not is_hook(annotations))
  local reasons = long_running and cannot_start(containers)
  if reasons then return {status = "Degraded", message = reasons} end
  if status.phase == "Pending" then return {status = "Progressing", message = message} end
  if status.phase == "Succeeded" then return {status = "Healthy", message = message} end
  if status.phase == "Failed" then return {status = "Degraded", message = failure_of(status)} end
  if status.phase ~= "Running" then return {status = "Unknown", message = message} end
  if not long_running then
    local ends = policy == "OnFailure" or policy == "Never"
    return {status = ends and "Progressing" or "Unknown", message = message}
  end
  if is_ready(status) then return {status = "Healthy", message = message} end
  for _, container in ipairs(containers) do
    if (container.lastState or {}).terminated then return {status = "Degraded", message = message} end
  end
  return {status = "Progressing", message = message}
end
