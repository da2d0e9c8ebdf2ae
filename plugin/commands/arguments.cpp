#include "commands/arguments.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <sstream>

#include "base/suggest.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

// Of words that nobody declared, a misspelt option is the one to tell of: what follows it may have been its value.
std::string unexpected(const CLI::App& app) {
  const auto words = app.remaining(true);
  const auto option =
      std::find_if(words.begin(), words.end(), [](const std::string& word) { return word.starts_with('-'); });
  if (option == words.end())
    return "there is no use for " + in_quotes(words.front()) + "; expected no further argument";
  const auto* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  std::vector<std::string> names;
  for (const auto* known : command->get_options())
    for (const auto& name : known->get_lnames()) names.push_back("--" + name);
  const auto name = option->substr(0, option->find('='));
  const auto hint = did_you_mean(name, names);
  return "there is no option " + in_quotes(name) + (hint.empty() ? "; --help lists what there is" : hint);
}

ArgumentFacts facts_of(const CLI::Option& option, const ArgumentNotes& notes) {
  ArgumentFacts facts;
  for (const auto& name : option.get_lnames()) facts.flags.push_back("--" + name);
  for (const auto& name : option.get_snames()) facts.flags.push_back("-" + name);
  facts.name = option.get_single_name();
  facts.help = option.get_description();
  facts.group = option.get_group();
  facts.fallback = option.get_default_str();
  facts.takes_value = option.get_items_expected_max() > 0;
  facts.repeatable = option.get_items_expected_max() > 1 && facts.takes_value;
  facts.takes_many = facts.repeatable && option.get_allow_extra_args();
  facts.required = option.get_required();
  for (const auto* other : option.get_excludes()) facts.excludes.push_back(other->get_name());
  facts.notes = notes;
  return facts;
}

}  // namespace

std::string ArgumentFacts::value() const {
  std::string words;
  for (const auto& word : notes.words) words += (words.empty() ? "" : "|") + word;
  return words.empty() ? notes.value_name : words;
}

Argument& Argument::type_name(const std::string& name) {
  option_->type_name(name);
  notes_->value_name = name;
  return *this;
}

Argument& Argument::group(const std::string& name) {
  option_->group(name);
  return *this;
}

Argument& Argument::required() {
  option_->required();
  return *this;
}

Argument& Argument::one_of(const std::vector<std::string>& words) {
  option_->check(CLI::IsMember(words));
  notes_->words = words;
  return *this;
}

Argument& Argument::completed_by(FindCandidates candidates) {
  notes_->candidates = std::move(candidates);
  return *this;
}

Argument& Argument::show_default() {
  option_->capture_default_str();
  return *this;
}

Argument& Argument::one_at_a_time() {
  option_->allow_extra_args(false);
  return *this;
}

Argument& Argument::excludes(const Argument& other) {
  option_->excludes(other.option_);
  return *this;
}

Argument& Argument::needs(const Argument& other) {
  option_->needs(other.option_);
  return *this;
}

Argument Arguments::add_option(const std::string& names, std::string& value, const std::string& help) {
  return noted(*app_->add_option(names, value, help));
}

Argument Arguments::add_option(const std::string& names, std::vector<std::string>& values,
                               const std::string& help) {
  return noted(*app_->add_option(names, values, help));
}

Argument Arguments::add_option(const std::string& names, std::uint64_t& value, const std::string& help) {
  return noted(*app_->add_option(names, value, help)).type_name("NUMBER");
}

Argument Arguments::add_flag(const std::string& names, bool& value, const std::string& help) {
  return noted(*app_->add_flag(names, value, help));
}

Argument Arguments::add_option_function(const std::string& names, const Read& read, const std::string& help) {
  return noted(*app_->add_option_function<std::vector<std::string>>(names, read, help));
}

Arguments Arguments::add_subcommand(const std::string& name, const std::string& summary,
                                    const std::function<void()>& chosen) {
  auto arguments = add_optional_subcommand(name, summary, chosen);
  app_->require_subcommand(1);
  return arguments;
}

Arguments Arguments::add_optional_subcommand(const std::string& name, const std::string& summary,
                                             const std::function<void()>& chosen) {
  auto& sub = *app_->add_subcommand(name, summary);
  if (chosen) sub.callback(chosen);
  return {sub, *notes_};
}

std::vector<ArgumentFacts> Arguments::facts() const {
  std::vector<ArgumentFacts> all;
  for (const auto* option : app_->get_options()) all.push_back(facts_of(*option, (*notes_)[option]));
  return all;
}

std::vector<Arguments::Subcommand> Arguments::subcommands() const {
  std::vector<Subcommand> all;
  for (auto* app : app_->get_subcommands({}))
    all.push_back({app->get_name(), app->get_description(), Arguments(*app, *notes_)});
  return all;
}

void Arguments::offer_all_help() {
  app_->set_help_all_flag("--help-all", "Print this help with the options of sources, too");
}

bool Arguments::works_alone() const {
  return app_->get_require_subcommand_min() == 0;
}

Parser::Parser(const std::string& name, const std::string& summary)
    : app_(std::make_unique<CLI::App>(summary, name)), arguments_(*app_, notes_) {}

Parser::~Parser() = default;

void Parser::version(const std::string& text) {
  app_->set_version_flag("-v,--version", text);
}

// Of the command that was called.
Parser::HelpWanted Parser::help_wanted(bool all) {
  auto* command = app_.get();
  auto line = command->get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    line += ' ' + command->get_name();
  }
  return {line, command->get_description(), Arguments(*command, notes_), all};
}

std::optional<Exit> Parser::parse(int argc, const char* const* argv) {
  if (argc < 2) {
    auto wanted = help_wanted(false);
    wanted.descriptor = STDERR_FILENO;
    std::cerr << help_(wanted);
    return Exit::input;
  }
  try {
    app_->parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    outside::print({help_(help_wanted(false))});
    return Exit::ok;
  } catch (const CLI::CallForAllHelp&) {
    outside::print({help_(help_wanted(true))});
    return Exit::ok;
  } catch (const CLI::Success& asked) {
    std::ostringstream text;
    const auto exit = static_cast<Exit>(app_->exit(asked, text, std::cerr));
    outside::print({text.str()});
    return exit;
  } catch (const CLI::ExtrasError&) {
    throw InputError(unexpected(*app_));
  } catch (const CLI::ParseError& error) {
    throw InputError(std::string(error.what()) + "; --help says what is expected");
  }
}

void Parser::parse_part(const std::vector<std::string>& words) {
  try {
    app_->parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the end
  } catch (const CLI::Error&) {  // what lacks may come yet, and what is wrong is told of when the line is run
  } catch (const Failure&) {
  }
}

}  // namespace drift::commands
