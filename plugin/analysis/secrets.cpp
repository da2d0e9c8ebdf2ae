#include "analysis/secrets.hpp"

#include <algorithm>
#include <map>

#include "analysis/applied.hpp"
#include "base/base64.hpp"
#include "base/sha256.hpp"
#include "json/members.hpp"
#include "json/pointer.hpp"

namespace drift::analysis {
namespace {

using rapidjson::Value;

std::string pointer_to(std::string_view key) {
  return "/data/" + escaped(key);
}

bool foreign_since(const std::vector<Managers::Owner>& owners, std::string_view base_written) {
  return std::any_of(owners.begin(), owners.end(), [&](const Managers::Owner& owner) {
    return owner.manager != argocd_manager && (base_written.empty() || later(owner.time, base_written));
  });
}

// As the API server writes the bytes.
std::string canonical_base64(std::string_view text) {
  const auto bytes = decode_base64(text);
  return bytes ? base64(*bytes) : std::string(text);
}

// What was applied, by key, as base64.
std::map<std::string, std::string> applied_data(const Value& applied) {
  std::map<std::string, std::string> data;
  if (const auto* map = member(&applied, "data"); map && map->IsObject())
    for (const auto& entry : map->GetObject())
      data.insert_or_assign(std::string(string_of(&entry.name)), canonical_base64(string_of(&entry.value)));
  if (const auto* map = member(&applied, "stringData"); map && map->IsObject())
    for (const auto& entry : map->GetObject())
      data.insert_or_assign(std::string(string_of(&entry.name)), base64(string_of(&entry.value)));
  return data;
}

class SecretData {
 public:
  SecretData(const Value& live, const Managers& managers, std::string_view base_written)
      : live_(live), managers_(managers), base_written_(base_written), data_(member(&live, "data")) {
    const auto* metadata = member(&live, "metadata");
    version_ = sha256_hex(std::string(string_of(member(metadata, "uid"))) + '/' +
                          std::string(string_of(member(metadata, "resourceVersion"))));
  }

  std::vector<api::Difference> find() {
    if (managers_.none()) {  // nothing can be said of who wrote what, so neither that it is as it was
      add("/data", api::Change::changed);
      return std::move(differences_);
    }
    const auto applied = last_applied(live_);
    const auto writers = managers_.owners("/metadata/annotations/" + escaped(last_applied_annotation));
    if (applied.IsObject() && !writers.empty() && !foreign_since(writers, base_written_))
      against(applied_data(applied));
    else
      by_writers();
    return std::move(differences_);
  }

 private:
  void against(const std::map<std::string, std::string>& wanted) {
    for (const auto& [key, value] : wanted) {
      const auto* live = member(data_, key);
      if (!live && value.empty()) continue;
      if (!live) {
        add(pointer_to(key), api::Change::removed);
      } else if (string_of(live) != value && !written_by_argocd(key)) {
        add(pointer_to(key), api::Change::changed);
      }
    }
  }

  // An admission webhook changed it on its way.
  bool written_by_argocd(const std::string& key) const {
    const auto owners = managers_.owners(pointer_to(key));
    return !owners.empty() && std::all_of(owners.begin(), owners.end(), [&](const Managers::Owner& owner) {
      return owner.manager == argocd_manager && (base_written_.empty() || !later(owner.time, base_written_));
    });
  }

  void by_writers() {
    if (!data_ || !data_->IsObject()) return;
    for (const auto& entry : data_->GetObject()) {
      const std::string key(string_of(&entry.name));
      if (foreign_since(managers_.owners(pointer_to(key)), base_written_))
        add(pointer_to(key), api::Change::changed);
    }
  }

  void add(const std::string& pointer, api::Change change) {
    api::Difference difference;
    difference.pointer = pointer;
    difference.change = change;
    difference.live_digest = version_;
    if (change == api::Change::removed) {
      difference.last = managers_.last();
    } else if (auto owners = managers_.owners(difference.pointer); !owners.empty()) {
      difference.last = std::move(owners.front());
    }
    differences_.push_back(std::move(difference));
  }

  const Value& live_;
  const Managers& managers_;
  std::string_view base_written_;
  const Value* data_;
  std::string version_;
  std::vector<api::Difference> differences_;
};

}  // namespace

std::vector<api::Difference> secret_differences(const Value& live, const Managers& managers,
                                                std::string_view base_written) {
  return SecretData(live, managers, base_written).find();
}

}  // namespace drift::analysis
