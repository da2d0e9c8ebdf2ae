// `drift-policy migrate FILE`: Applications that Argo CD renders by itself, written anew for the plugin.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/printable.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "commands/command.hpp"
#include "commands/connection_flags.hpp"
#include "commands/said.hpp"
#include "controller/applications.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "json/to_yaml.hpp"
#include "migrate/migration.hpp"
#include "migrate/parameters.hpp"
#include "migrate/proof.hpp"
#include "outside/environment.hpp"
#include "outside/file.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/log.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"
#include "yaml/document.hpp"

namespace drift::commands {
namespace {

struct MigrateOptions {
  std::string file, checkout, ns = "argocd";
  outside::ConnectionOptions connection;
  migrate::Wish wish;
  bool back = false, partial = false, all = false;
};

std::string in_words(const migrate::Changed& changed, const migrate::Wish& wish) {
  const auto& application = changed.application;
  const auto who =
      application.empty() ? changed.path : fmt::format("{}: {}", printable(application, 100), changed.path);
  if (wish.direction == migrate::Direction::back) return who + ": Argo CD renders it by itself";
  return fmt::format("{}: the plugin {} renders it, with {}", who, printable(wish.plugin, 100),
                     quantity(migrate::parameters(changed.options).Size(), "parameter"));
}

void say(const migrate::Migration& migration, const MigrateOptions& options) {
  for (const auto& changed : migration.changed)
    outside::log(spdlog::level::info, {changed.place, in_words(changed, options.wish)});
  log_said(migration.said, options.partial ? spdlog::level::warn : spdlog::level::err);
}

// A checkout is of one repository.
void check_repositories(const migrate::Migration& migration) {
  std::set<std::string> repositories;
  for (const auto& changed : migration.changed)
    repositories.insert(text_at(from_json(changed.native), {"repoURL"}));
  if (repositories.size() > 1)
    throw InputError(
        fmt::format("--verify: these are sources of {} repositories; expected a file with those of one",
                    repositories.size()));
}

// How many objects are rendered otherwise; says which, and what isn't proved.
std::size_t verify(const migrate::Migration& migration, const MigrateOptions& options) {
  check_repositories(migration);
  std::size_t differences = 0;
  for (const auto& changed : migration.changed) {
    const auto say = [&](spdlog::level::level_enum level, std::string_view what) {
      outside::log(level, {changed.place, fmt::format("{}: {}", changed.path, what)});
    };
    if (changed.templated) {
      say(spdlog::level::warn,
          "isn't verified, since it is a template; `argocd appset generate FILE -o yaml | drift-policy "
          "migrate - "
          "--verify …` verifies what comes of it");
      continue;
    }
    const auto proof = migrate::prove(changed, options.checkout, outside::environment());
    for (const auto& line : proof.differences)
      say(options.partial ? spdlog::level::warn : spdlog::level::err, line);
    if (proof.differences.empty())
      say(spdlog::level::info,
          fmt::format("Argo CD and the plugin render the same {}", quantity(proof.objects, "object")));
    differences += proof.differences.size();
  }
  return differences;
}

// The name of the ApplicationSet that makes an Application, and would undo a change; empty where none does.
std::string maker_of(const rapidjson::Value& application) {
  if (const auto* owners = find(application, {"metadata", "ownerReferences"}); owners && owners->IsArray())
    for (const auto& owner : owners->GetArray())
      if (text_at(owner, {"kind"}) == "ApplicationSet") return text_at(owner, {"name"});
  return {};
}

// An Application as somebody would have it in Git: without what the cluster adds.
std::string as_in_git(const rapidjson::Value& application) {
  rapidjson::Document document(rapidjson::kObjectType);
  set(document, {"apiVersion"}, "argoproj.io/v1alpha1");
  set(document, {"kind"}, "Application");
  const auto copy = [&](JsonPath path, bool demanded) {
    const auto* value = find(application, path);
    if (value && (demanded || (value->IsObject() && !value->ObjectEmpty())))
      set(document, path, rapidjson::Value(*value, document.GetAllocator()));
  };
  copy({"metadata", "name"}, true);
  copy({"metadata", "namespace"}, true);
  copy({"metadata", "labels"}, false);
  copy({"metadata", "annotations"}, false);
  if (const auto* finalizers = find(application, {"metadata", "finalizers"});
      finalizers && finalizers->IsArray())
    set(document, {"metadata", "finalizers"}, rapidjson::Value(*finalizers, document.GetAllocator()));
  copy({"spec"}, false);
  if (document["metadata"].HasMember("annotations"))
    document["metadata"]["annotations"].RemoveMember("kubectl.kubernetes.io/last-applied-configuration");
  return block_yaml(document);
}

void add(migrate::Migration&& more, migrate::Migration& all) {
  const auto append = [](auto&& from, auto& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  all.text += (all.text.empty() ? "" : "---\n") + more.text;
  append(more.changed, all.changed);
  append(more.said.lost, all.said.lost);
  append(more.said.notes, all.said.notes);
}

// Of all Applications of a namespace, but for those that an ApplicationSet makes.
migrate::Migration from_cluster(const MigrateOptions& options) {
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(options.connection, outside::environment(), clock);
  migrate::Migration all;
  kubernetes->list(controller::applications_in(options.ns), "", [&](const rapidjson::Value& application) {
    const auto name = fmt::format("{}/{}", options.ns, text_at(application, {"metadata", "name"}));
    if (const auto maker = maker_of(application); !maker.empty())
      all.said.notes.push_back(
          {{name},
           fmt::format("is made by the ApplicationSet {}, and left out; migrate that", in_quotes(maker))});
    else
      add(migrate::migrate(name, as_in_git(application), options.wish), all);
    return true;
  });
  return all;
}

migrate::Migration from_file(const MigrateOptions& options) {
  const auto name = options.file == "-" ? std::string("<stdin>") : options.file;
  const auto text = outside::read_file_or_stdin(options.file, yaml::max_text_size);
  return migrate::migrate(name, text, options.wish);
}

Exit run(MigrateOptions options) {
  if (options.back) options.wish.direction = migrate::Direction::back;
  if (options.all == !options.file.empty())
    throw InputError("expected a FILE, or --all for the Applications of a cluster");
  const auto migration = options.all ? from_cluster(options) : from_file(options);
  say(migration, options);
  if (const auto lost = migration.said.lost.size(); lost > 0 && !options.partial)
    throw Refusal(fmt::format(
        "{} can't be carried over, so nothing was printed; --partial prints the rest, which may be "
        "rendered otherwise",
        quantity(lost, "setting")));
  if (!options.checkout.empty())
    if (const auto count = verify(migration, options); count > 0 && !options.partial)
      throw Refusal(
          fmt::format("{} rendered otherwise, so nothing was printed; --partial prints it all the same",
                      count == 1 ? "1 object would be" : fmt::format("{} objects would be", count)));
  outside::print({migration.text});
  return Exit::ok;
}

}  // namespace

Action declare_migrate(Arguments& app) {
  auto options = std::make_shared<MigrateOptions>();
  app.add_option("file", options->file, "A file with Applications or ApplicationSets; - is standard input")
      .type_name("FILE");
  app.add_flag("--all", options->all,
               "Instead of a file, all Applications of a namespace; the cluster isn't changed");
  app.add_option("--namespace,-n", options->ns, "Argo CD's namespace, for --all")
      .type_name("NAMESPACE")
      .show_default()
      .completed_by(
          [options = options.get()](const std::string&) { return namespaces(options->connection); });
  app.add_option("--plugin", options->wish.plugin, "The plugin's name in Argo CD")
      .type_name("NAME")
      .show_default();
  app.add_option("--verify", options->checkout,
                 "Render each source both ways in this checkout of its repository, and compare")
      .type_name("FOLDER");
  app.add_flag("--back", options->back, "Turn the plugin's parameters into Argo CD's own settings");
  app.add_flag("--partial", options->partial,
               "Print the files although something can't be carried over, and may be rendered otherwise");
  declare_connection(app, options->connection);
  return [options] { return run(*options); };
}

}  // namespace drift::commands
