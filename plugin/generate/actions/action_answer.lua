-- Writes the answer, as `drift-policy approve` and `reject` do, in the name of Argo CD.
local function answer(verb)
  if not is_gate then error("this is no gate of drift-policy", 0) end
  if not waits then error("nothing waits for an answer: the gate is " .. note("state") .. " " .. note("reason"), 0) end
  if verb ~= "reject" then
    if verb == "approve" and stops then error("drift of " .. note("asks") .. " stops the sync, no approval lets it go on", 0) end
    if verb == "override" and not stops then error("approval is asked for, there is nothing to override", 0) end
    if not counts then
      error("of drift of " .. note("asks") .. " people answer in their own name: drift-policy " ..
        (stops and "approve --override" or "approve") .. ", or kubectl", 0)
    end
  end
  local key = verb .. ".drift-policy.dev/argocd-" .. note("drift")
  if annotations[key] ~= nil then error("this was answered through Argo CD before", 0) end
  local reason = (actionParams or {})["reason"]
  if reason == nil or reason == "" then reason = "no reason given in Argo CD" end
  annotations[key] = note("drift") .. " argocd: " .. reason
  return obj
end
