// `drift-policy generate install`: a folder for `kubectl apply -k`.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/printable.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "commands/command.hpp"
#include "generate/install_state.hpp"
#include "outside/file.hpp"
#include "outside/log.hpp"
#include "outside/terminal.hpp"
#include "outside/writing.hpp"
#include "policy/load.hpp"
#include "policy/read/syntax.hpp"

namespace drift::commands {
namespace {

namespace fs = std::filesystem;
using generate::Writing;
using generate::Written;

constexpr const char* policy_file = "policy.yaml";
constexpr std::size_t longest_installed = std::size_t{4} << 20;

struct InstallationOptions {
  std::string folder = "install", policy, with, without;
  generate::InstallOptions install;
  bool force = false, dry_run = false;
};

std::string path_in(const InstallationOptions& options, const std::string& name) {
  return (fs::path(options.folder) / name).lexically_normal().string();
}

std::optional<std::string> existing_text(const std::string& path) {
  std::error_code error;
  if (fs::symlink_status(path, error).type() == fs::file_type::not_found) return std::nullopt;
  return outside::read_file(path, path, longest_installed);
}

// The policy that the folder has or gets, as text.
policy::PolicyText policy_of(const InstallationOptions& options) {
  if (!options.policy.empty())
    return {options.policy, outside::read_file(options.policy, options.policy, longest_installed)};
  const auto path = path_in(options, policy_file);
  if (auto text = existing_text(path)) return {path, *std::move(text)};
  return {path, generate::first_policy()};
}

policy::PolicySet read_policy(const policy::PolicyText& text) {
  policy::Findings findings;
  auto policies = policy::load({text}, findings);
  if (!findings.mistakes.empty()) throw InputError(findings.mistakes);
  for (const auto& warning : findings.warnings) outside::log(spdlog::level::warn, warning);
  return policies;
}

// As somebody would write it, for a comment.
std::string command_of(const InstallationOptions& options) {
  auto text =
      fmt::format("drift-policy generate install {} --image {}", options.folder, options.install.image);
  if (options.install.argocd_ns != "argocd") text += " --argocd-namespace " + options.install.argocd_ns;
  if (!options.with.empty()) text += " --with " + options.with;
  if (!options.without.empty()) text += " --without " + options.without;
  return printable(text);
}

void check_namespace(const std::string& ns) {
  if (const auto mistake = policy::namespace_mistake(ns); !mistake.empty())
    throw InputError("--argocd-namespace: " + mistake);
}

// The policy is whoever edits it's own: it gets no digest, and is written only where there is none or --policy says so.
std::vector<Written> files_of(const InstallationOptions& options) {
  const auto text = policy_of(options);
  auto install = options.install;
  check_namespace(install.argocd_ns);
  install.with = split(options.with, ',');
  install.without = split(options.without, ',');
  install.command = command_of(options);
  const auto read = [&](const std::string& path) { return existing_text(path_in(options, path)); };
  auto files = generate::look_at(generate::install_files(read_policy(text), install), read);
  const auto now = read(policy_file);
  const auto writing = !now ? Writing::added : *now == text.text ? Writing::same : Writing::edited;
  files.push_back({{policy_file, text.text}, writing});
  return files;
}

void refuse_edited(const InstallationOptions& options, const std::vector<Written>& files) {
  std::vector<Finding> edited;
  for (const auto& [file, writing] : files)
    if (writing == Writing::edited)
      edited.push_back({{path_in(options, file.path)},
                        "is another file than was written here, and would be lost; expected a folder for "
                        "this alone, or --force"});
  if (!edited.empty()) throw InputError(edited);
}

void write_files(const InstallationOptions& options, const std::vector<Written>& files) {
  for (const auto& [file, writing] : files) {
    if (writing == Writing::same) continue;
    const auto path = path_in(options, file.path);
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    if (error)
      throw OutsideError(fmt::format("can't make the folder of {}: {}", printable(path), error.message()));
    outside::write_file(path, file.text);
  }
}

Exit run(const InstallationOptions& options) {
  const auto files = files_of(options);
  if (!options.force) refuse_edited(options, files);
  std::string lines;
  for (const auto& [file, writing] : files)
    lines +=
        fmt::format("{:<8} {}\n", generate::word_of(writing), printable(path_in(options, file.path), 4096));
  if (options.dry_run) {
    outside::print({lines});
    return Exit::ok;
  }
  write_files(options, files);
  const auto written =
      std::count_if(files.begin(), files.end(), [](const auto& one) { return one.writing != Writing::same; });
  const auto folder = printable(options.folder, 4096);
  outside::print(
      {fmt::format("{}: {} of {} written\n"
                   "Change {} to what your platform means. Then:\n"
                   "  kubectl apply --server-side --field-manager=drift-policy -k {}\n",
                   folder, written, quantity(files.size(), "file"),
                   printable(path_in(options, policy_file), 4096), folder)});
  return Exit::ok;
}

// Of a list with commas the word that is being written.
FindCandidates words_of(std::vector<std::string> (*words)()) {
  return [words](const std::string& prefix) {
    Candidates candidates;
    const auto comma = prefix.rfind(',');
    const auto before = comma == std::string::npos ? std::string() : prefix.substr(0, comma + 1);
    for (const auto& word : words()) candidates.push_back({before + word, ""});
    return candidates;
  };
}

}  // namespace

Action declare_generate_install(Arguments& app) {
  auto options = std::make_shared<InstallationOptions>();
  app.add_option("folder", options->folder, "The folder to write").type_name("DIR").show_default();
  app.add_option("--image", options->install.image,
                 "Your image of this program, best by digest: REPOSITORY:TAG@sha256:…")
      .required()
      .type_name("IMAGE");
  app.add_option("--policy", options->policy,
                 "The policy (default: the folder's policy.yaml, else the baseline)")
      .type_name("FILE");
  app.add_option("--argocd-namespace", options->install.argocd_ns, "Argo CD's namespace").show_default();
  app.add_option("--with", options->with, "Further parts: " + joined(generate::optional_parts()))
      .type_name("PARTS")
      .completed_by(words_of(generate::optional_parts));
  app.add_option("--without", options->without,
                 "Parts to leave out: " + joined(generate::parts_to_leave_out()))
      .type_name("PARTS")
      .completed_by(words_of(generate::parts_to_leave_out));
  app.add_flag("--dry-run", options->dry_run, "Write nothing, and list what would be written");
  app.add_flag("--force", options->force, "Also write over what somebody changed, policy.yaml with --policy");
  return [options] { return run(*options); };
}

}  // namespace drift::commands
