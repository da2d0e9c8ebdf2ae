#include "annotators/hooks/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/stored_text.hpp"
#include "base/base64.hpp"
#include "base/gzip.hpp"
#include "base/keys.hpp"
#include "base/sha256.hpp"
#include "json/build.hpp"

namespace drift::annotators {
namespace {

std::string plan_text(const HookContext& context) {
  const auto& application = context.input.application;
  return api::plan_json({.application = application.name,
                         .project = application.project,
                         .revision = application.revision,
                         .repository = application.repository,
                         .path = application.path,
                         .destination = application.ns,
                         .hooks_ns = context.ns},
                        context.input.policies, context.input.manifests, context.input.verdicts,
                        context.objects);
}

bool fits(const HookContext& context) {
  return context.plan.size() <= api::longest_plan &&
         context.compressed_plan.size() <= api::longest_stored_text;
}

// zlib's levels. `render` runs for every application, and most plans are far from the limit.
constexpr int quick = 3;
constexpr int better = 6;

// The better level takes several times as long, and halves what it is given at best.
void compress(HookContext& context) {
  context.compressed_plan.clear();
  if (context.plan.size() <= api::longest_plain_text || context.plan.size() > api::longest_plan) return;
  context.compressed_plan = gzip(context.plan, quick);
  const auto size = context.compressed_plan.size();
  if (size > api::longest_stored_text && size / 2 <= api::longest_stored_text)
    context.compressed_plan = gzip(context.plan, better);
}

// How much text must go at least so that the plan fits; a little more, since it compresses unevenly.
std::size_t surplus(const HookContext& context) {
  const double plain = static_cast<double>(context.plan.size());
  const double stored = static_cast<double>(std::max<std::size_t>(context.compressed_plan.size(), 1));
  const double allowed = std::min(plain * static_cast<double>(api::longest_stored_text) / stored,
                                  static_cast<double>(api::longest_plan));
  return static_cast<std::size_t>((plain - allowed) * 1.05) + 1024;
}

// Both limits are rounded up, so that no message says what is more than itself.
void check_size(const HookContext& context) {
  constexpr std::size_t mib = std::size_t{1} << 20, kib = std::size_t{1} << 10;
  const auto rounded_up = [](std::size_t size, std::size_t unit) { return (size + unit - 1) / unit; };
  const auto& compressed = context.compressed_plan;
  constexpr const char* advice = "guard fewer fields, or split the application";
  if (context.plan.size() > api::longest_plan)
    throw InputError(fmt::format(
        "the plan of {} objects is {} MiB, more than the gate reads; expected at most {} MiB: {}",
        context.objects.size(), rounded_up(context.plan.size(), mib), api::longest_plan / mib, advice));
  if (compressed.size() > api::longest_stored_text)
    throw InputError(fmt::format(
        "the plan of {} objects is {} KiB compressed, more than a ConfigMap holds; expected at "
        "most {} KiB: {}",
        context.objects.size(), rounded_up(compressed.size(), kib), api::longest_stored_text / kib, advice));
}

}  // namespace

void write_plan(HookContext& context) {
  api::add_manifests(context.objects, context.input.manifests);
  // What goes may compress far better than what stays, so each round takes twice as much: there are few of them.
  std::size_t times = 1;
  do {
    context.plan = plan_text(context);
    compress(context);
  } while (!fits(context) && api::shrink_manifests(context.objects, context.input.manifests,
                                                   surplus(context) * std::exchange(times, times * 2)));
  context.plan_digest = "sha256:" + sha256_hex(context.plan);
}

rapidjson::Document plan_object(const HookContext& context) {
  auto object = new_object(context, {"v1", "ConfigMap", context.ns, context.names.plan(), "plan"});
  make_hook(object, "PreSync", ground_wave);
  apply_on_server(object);
  set(object, {"metadata", "annotations", keys::plan_digest}, context.plan_digest);
  if (context.plan.size() <= api::longest_plain_text) {
    set(object, {"data", "plan.json"}, context.plan);
    return object;
  }
  check_size(context);
  set(object, {"binaryData", "plan.json.gz"}, base64(context.compressed_plan));
  return object;
}

}  // namespace drift::annotators
