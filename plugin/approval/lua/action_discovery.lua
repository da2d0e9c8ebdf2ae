local actions = {}
if not is_gate then return actions end

local reason = {{["name"] = "reason"}}
actions["approve"] = {
  ["displayName"] = "Approve", ["iconClass"] = "fa fa-fw fa-check", ["disabled"] = not counts or stops, ["params"] = reason}
actions["reject"] = {
  ["displayName"] = "Reject", ["iconClass"] = "fa fa-fw fa-ban", ["disabled"] = not waits, ["params"] = reason}
if waits and stops then
  actions["override"] = {
    ["displayName"] = "Override", ["iconClass"] = "fa fa-fw fa-exclamation-triangle", ["disabled"] = not counts,
    ["params"] = reason}
end
return actions
