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
  -- The page of ours in Argo CD (extensions/ui) says which drift it showed. Argo CD's own form doesn't.
  local given = actionParams or {}
  local shown = given["drift"] or ""
  if shown ~= "" and shown ~= note("drift") then error("the gate asks about other drift by now: look again", 0) end
  local key = verb .. ".drift-policy.dev/argocd-" .. note("drift")
  if annotations[key] ~= nil then error("this was answered through Argo CD before", 0) end
  local reason = given["reason"] or ""
  if reason == "" then reason = "no reason given in Argo CD" end
  -- A claim: who calls Argo CD's API can name anybody here. Argo CD's event ResourceActionRan has who it was.
  local user = given["user"] or ""
  if user ~= "" then reason = reason .. ", through Argo CD, as it says: " .. user end
  annotations[key] = note("drift") .. " argocd: " .. reason
  return obj
end
