// What a command line may hold, and parsing it. CLI11 stands behind it and is seen by arguments.cpp alone: it is headers
// only, and each file that includes it takes ten times as long to compile.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace drift::commands {

// A value that could stand somewhere, and what it means in a few words.
struct Candidate {
  std::string value, meaning;
};
using Candidates = std::vector<Candidate>;
// Finds values for a word that begins with `prefix`; others do no harm. May throw.
using FindCandidates = std::function<Candidates(const std::string& prefix)>;

// What we know of an option or positional and CLI11 doesn't tell again.
struct ArgumentNotes {
  std::string value_name = "TEXT";
  std::vector<std::string> words;  // the only values that it may have; empty: any
  FindCandidates candidates;       // finds values that it may have
};
using NotesByOption = std::map<const CLI::Option*, ArgumentNotes>;

// An option or a positional as help, completion and the manual show it.
struct ArgumentFacts {
  std::vector<std::string> flags;  // `--file` and then `-f`; none: a positional
  std::string name;                // of a positional
  std::string help, group;
  std::string fallback;     // what it is where it isn't given, if the help says so
  bool takes_value = true;  // false: a flag
  bool takes_many = false;  // one after the other, up to the next option
  bool repeatable = false;
  bool required = false;
  std::vector<std::string> excludes;  // flags that it can't be given with
  ArgumentNotes notes;
  // What stands for its value: `FILE`, or the words that it may have, `json|yaml`.
  std::string value() const;
};

// One declared option or positional; lives as long as its Parser.
class Argument {
 public:
  Argument(CLI::Option& option, ArgumentNotes& notes) : option_(&option), notes_(&notes) {}
  Argument& type_name(const std::string& name);  // what the help calls its value: `FILE`
  Argument& group(const std::string& name);      // under which headline the help lists it
  Argument& required();
  Argument& one_of(const std::vector<std::string>& words);
  // Where values are found for a shell that completes a line. What was given before in the line is in its variables then.
  Argument& completed_by(FindCandidates candidates);
  Argument& show_default();   // the help shows what its variable holds now
  Argument& one_at_a_time();  // a list takes one value for each time that it is given
  Argument& excludes(const Argument& other);
  Argument& needs(const Argument& other);

 private:
  CLI::Option* option_;
  ArgumentNotes* notes_;
};

// The options of a command. Names are as CLI11 has them: `--file,-f`, or a word without dashes for a positional. Variables
// must live until the line is parsed; those of options that aren't given stay as they are.
class Arguments {
 public:
  Arguments(CLI::App& app, NotesByOption& notes) : app_(&app), notes_(&notes) {}

  Argument add_option(const std::string& names, std::string& value, const std::string& help);
  Argument add_option(const std::string& names, std::vector<std::string>& values, const std::string& help);
  Argument add_option(const std::string& names, std::uint64_t& value, const std::string& help);
  Argument add_flag(const std::string& names, bool& value, const std::string& help);
  // read() may throw InputError.
  using Read = std::function<void(const std::vector<std::string>& values)>;
  Argument add_option_function(const std::string& names, const Read& read, const std::string& help);

  // With subcommands one of them is demanded; chosen() is called when it was given.
  Arguments add_subcommand(const std::string& name, const std::string& summary,
                           const std::function<void()>& chosen = {});

  // One that may be left out: then the command itself does its work.
  Arguments add_optional_subcommand(const std::string& name, const std::string& summary,
                                    const std::function<void()>& chosen);

  // In the order of their declaration; `--help` is the first.
  std::vector<ArgumentFacts> facts() const;
  struct Subcommand;
  std::vector<Subcommand> subcommands() const;
  // That there is more than --help shows.
  void offer_all_help();
  // Whether the command does something without a subcommand.
  bool works_alone() const;

 private:
  Argument noted(CLI::Option& option) const { return {option, (*notes_)[&option]}; }

  CLI::App* app_;
  NotesByOption* notes_;
};

struct Arguments::Subcommand {
  std::string name, summary;
  Arguments arguments;
};

class Parser {
 public:
  Parser(const std::string& name, const std::string& summary);
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  Arguments& arguments() { return arguments_; }
  void version(const std::string& text);
  // What is printed where help is asked for, of the command that is named so: `drift-policy audit list`.
  struct HelpWanted {
    std::string line, summary;
    Arguments command;
    bool all = false;    // --help-all
    int descriptor = 1;  // where it goes: standard output, or error where nothing was given
  };
  using Help = std::function<std::string(const HelpWanted&)>;
  void help(Help text) { help_ = std::move(text); }

  // Parses a line as main() gets it. Where help or the version was asked for, or nothing at all, it prints what there is to
  // say and returns the exit code; nothing: go on. Throws InputError where the line is wrong, OutsideError where what was
  // asked for can't be printed.
  std::optional<Exit> parse(int argc, const char* const* argv);

  // Parses the words of a line that isn't whole, as far as that goes: what they give is in the variables then.
  void parse_part(const std::vector<std::string>& words);

 private:
  NotesByOption notes_;
  HelpWanted help_wanted(bool all);

  std::unique_ptr<CLI::App> app_;
  Arguments arguments_;
  Help help_;
};

}  // namespace drift::commands
