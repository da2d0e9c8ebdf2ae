// `drift-policy completion`: a script for each shell. A script knows nothing of our commands: it hands the line to `drift-policy __complete`
// (complete.hpp) and shows the answer. Nothing of the line is evaluated for that.
#include <memory>
#include <string>
#include <string_view>

#include "commands/command.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

constexpr std::string_view bash =
    R"(# bash completion for drift-policy: source <(drift-policy completion bash)
_drift_policy() {
  local rest=${COMP_LINE:0:COMP_POINT} words=() word line directive=4 values=() shown=() files=() width=0 i
  # Bash takes words apart at = and : as well. Here they are as they were typed, up to the cursor.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${rest%%[![:space:]]*}
    if [[ $i -eq 0 || -n $word ]]; then words+=(''); fi
    rest=${rest#"$word"}
    word=${COMP_WORDS[i]:0:${#rest}}
    rest=${rest#"$word"}
    words[-1]+=$word
  done
  local current=${words[-1]}
  for i in "${!words[@]}"; do
    word=${words[i]//[\"\'\\]/}
    if [[ $word == '~/'* ]]; then word=$HOME/${word:2}; fi
    words[i]=$word
  done

  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      directive=${line:1}
    else
      values+=("$line")
      word=${line%%$'\t'*}
      if ((${#word} > width)); then width=${#word}; fi
    fi
  done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)

  # Meanings are shown where bash only lists what there is, and never inserted.
  for line in "${values[@]}"; do
    word=${line%%$'\t'*}
    if ((${#values[@]} > 1)) && [[ $COMP_TYPE == 63 && $line == *$'\t'* ]]; then
      printf -v word '%-*s  (%s)' "$width" "$word" "${line#*$'\t'}"
      word=${word:0:${COLUMNS:-80}-1}
    fi
    shown+=("$word")
  done
  COMPREPLY=("${shown[@]}")
  if ((directive == 4)); then
    compopt +o default
  elif ((directive == 16)); then
    compopt +o default -o dirnames
  elif ((${#shown[@]} > 0)); then
    mapfile -t files < <(compgen -f -- "${current#--*=}")
    COMPREPLY+=("${files[@]}")
    compopt -o filenames
  fi
}
complete -o default -F _drift_policy drift-policy
)";

constexpr std::string_view zsh = R"(#compdef drift-policy
# zsh completion for drift-policy: drift-policy completion zsh > "${fpath[1]}/_drift-policy"
_drift_policy() {
  local line value directive=4
  local -a given lines described
  given=("${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}")
  given=("${(@)given/#\~\//$HOME/}")
  lines=("${(@f)$("$given[1]" __complete "${(@)given[2,-1]}" 2>/dev/null)}")
  for line in "${(@)lines}"; do
    if [[ $line == :* ]]; then
      directive=${line#:}
    elif [[ -n $line ]]; then
      value=${${line%%$'\t'*}//:/\\:}
      [[ $line == *$'\t'* ]] && value+=:${line#*$'\t'}
      described+=("$value")
    fi
  done
  if [[ $PREFIX == --*=* ]]; then compset -P 1 '*='; fi
  local found=1
  if ((${#described})); then _describe -V 'drift-policy' described && found=0; fi
  case $directive in
    0) _files && found=0 ;;
    16) _files -/ && found=0 ;;
  esac
  return found
}
if [[ ${funcstack[1]} == _drift-policy ]]; then
  _drift_policy "$@"
else
  compdef _drift_policy drift-policy
fi
)";

constexpr std::string_view fish = R"(# fish completion for drift-policy: drift-policy completion fish | source
function __drift_policy_complete
    set -l words (commandline -opc | string replace -r '^~/' "$HOME/")
    set -l current (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    or return
    set -l option (string match -r -- '^--[^=]+=' "$current")
    set -l begun (string replace -r -- '^--[^=]+=' '' "$current")
    for line in $lines
        switch $line
            case ':0'
                for path in (__fish_complete_path $begun)
                    echo "$option$path"
                end
            case ':16'
                for path in (__fish_complete_directories $begun)
                    echo "$option$path"
                end
            case ':*'
            case '*'
                echo "$option$line"
        end
    end
end
complete -c drift-policy -f -k -a '(__drift_policy_complete)'
)";

}  // namespace

Action declare_completion(Arguments& app) {
  auto shell = std::make_shared<std::string>();
  app.add_option("shell", *shell, "bash, zsh or fish")
      .required()
      .type_name("SHELL")
      .one_of({"bash", "zsh", "fish"});
  return [shell] {
    outside::print({*shell == "bash" ? bash : *shell == "zsh" ? zsh : fish});
    return Exit::ok;
  };
}

}  // namespace drift::commands
