// How an application sets options: the environment variables that Argo CD makes of `plugin.parameters` and `plugin.env`.
#pragma once
#include "outside/environment.hpp"
#include "source/options.hpp"

namespace drift::source {

// Sets what ARGOCD_ENV_<NAME> says (helm-value-files: ARGOCD_ENV_HELM_VALUE_FILES). Lists are one item a line or a JSON
// array; maps `name=value` a line or a JSON object. Other ARGOCD_ENV_* are the application's own business. Throws
// InputError.
void apply_environment(const outside::Environment& environment, Options& options);

// Sets what ARGOCD_APP_PARAMETERS says, else what PARAM_* say. A name that is no setting, or a value of the wrong kind, is an
// InputError that says what is known.
void apply_parameters(const outside::Environment& environment, Options& options);

}  // namespace drift::source
