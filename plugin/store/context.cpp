#include "store/context.hpp"

namespace drift::store {

outside::ResourcePath Run::config_map(const std::string& name) const {
  return {"", "v1", "configmaps", ns, name, ""};
}

outside::ResourcePath Run::job_path(api::Hook hook) const {
  return {"batch", "v1", "jobs", ns, names.of(hook), ""};
}

}  // namespace drift::store
