local actions = {}
if not is_gate then return actions end

-- A table of its own each time: Argo CD can't write down one that stands in two places.
local function params()
  return {{["name"] = "reason"}}
end

actions["approve"] = {
  ["displayName"] = "Approve: put Git's state back", ["iconClass"] = "fa fa-fw fa-check", ["disabled"] = not counts or stops, ["params"] = params()}
actions["reject"] = {
  ["displayName"] = "Reject: apply nothing, end this sync", ["iconClass"] = "fa fa-fw fa-ban", ["disabled"] = not waits, ["params"] = params()}
if waits and stops then
  actions["override"] = {
    ["displayName"] = "Override the stop: put Git's state back", ["iconClass"] = "fa fa-fw fa-exclamation-triangle", ["disabled"] = not counts,
    ["params"] = params()}
end
return actions
