-- resource_customizations/batch/CronJob/health.lua
local function built_in()
  local status = obj.status
  local function healthy(message) return {status = "Healthy", message = message} end
  if (obj.spec or {}).suspend == true then return healthy("CronJob is Suspended") end
  if not status then return {status = "Progressing", message = "Waiting for CronJob"} end
  if not status.lastScheduleTime then return healthy("CronJob has not been scheduled yet") end
  if not status.lastSuccessfulTime then
    return healthy("The CronJob never completed successfully. It may not be healthy")
  end
  if #(status.active or {}) > 0 then
    return healthy("The job is running. Its last execution may not have been successful")
  end
  if status.lastSuccessfulTime < status.lastScheduleTime then
    return {status = "Degraded", message = "CronJob has not completed its last execution successfully"}
  end
  return healthy("CronJob has completed its last execution successfully")
end
