-- Argo CD has no check of this kind.
local function built_in() return {status = "Healthy"} end
