import { type Command, FILTER_WORDS, VALUES_AFTER, WORDS_AFTER } from './commands.js';

/** The script for bash. */
export function bash(all: readonly Command[]): string {
  const flagsOf = (wanted: (option: Command['options'][number]) => boolean) =>
    [...new Set(all.flatMap(({ options }) => options.filter(wanted).flatMap(({ flags }) => flags)))].sort();
  const files = flagsOf(({ takesFile }) => takesFile);
  const listed = all.map(({ name, options, words, takesFilter }) => {
    const values = options.flatMap(({ flags, choices }) =>
      choices.length === 0 ? [] : [`      ${name}:${flags.join(` | ${name}:`)}) words='${choices.join(' ')}' ;;`],
    );
    const free = options.filter(
      ({ takesValue, takesFile, choices }) => takesValue && !takesFile && choices.length === 0,
    );
    const typed = free.flatMap(({ flags }) => flags.filter((flag) => !/^(?:-N|--netns)$/.test(flag)));
    return [
      ...values,
      ...(typed.length === 0 ? [] : [`      ${name}:${typed.join(` | ${name}:`)}) ;;`]),
      `      ${name}:*) words='${[...options.flatMap(({ flags }) => flags), ...words].join(' ')}'${takesFilter ? ' filter=1' : ''} ;;`,
    ].join('\n');
  });
  const after = Object.entries(WORDS_AFTER).map(([word, words]) => `      ${word}) words='${words.join(' ')}' ;;`);
  const values = Object.entries(VALUES_AFTER).map(
    ([kind, words]) => `      ${words.join(' | ')}) words=$(_sstory_values ${kind}) ;;`,
  );
  return `# bash completion of sstory, generated from its --help

# What the database holds: sstory complete-values prints nothing that the shell could expand.
_sstory_values() {
  local index db=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    [ "\${COMP_WORDS[index]}" = --db ] && db=(--db "\${COMP_WORDS[index + 1]}")
  done
  "\${COMP_WORDS[0]}" complete-values "$1" "\${db[@]}" 2>/dev/null
}

_sstory() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words='' filter='' prefix='' at=$((COMP_CWORD - 1))
  local command=\${COMP_WORDS[1]}
  # sstory -antp is short for sstory ss -antp.
  case $command in -*) command=ss ;; esac
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${all.map(({ name }) => name).join(' ')} help --help --version'
  else
    case $previous in
      ${files.join(' | ')})
        COMPREPLY=($(compgen -f -- "$word"))
        return
        ;;
    esac
    case $command:$previous in
      help:*) words='${all.map(({ name }) => name).join(' ')} filter' ;;
${listed.join('\n')}
    esac
    # To zsh :443 is one word.
    case \${ZSH_VERSION:+zsh}$word in zsh:*) prefix=: word=\${word#:} ;; esac
    # bash takes = and : for words of their own.
    case $word in [=:]) word='' at=$COMP_CWORD ;; esac
    while [ "$at" -gt 1 ]; do
      case \${COMP_WORDS[at]} in
        = | : | '!=' | '==' | '<' | '>' | '<=' | '>=' | eq | ne) at=$((at - 1)) ;;
        *) break ;;
      esac
    done
    [ -n "$filter" ] && words="$words ${FILTER_WORDS.join(' ')}"
    [ -n "$filter" ] && case \${COMP_WORDS[at]} in
${after.join('\n')}
${values.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "$word"))
}
complete -o bashdefault -o default -F _sstory sstory
`;
}

/** zsh reads the bash script: bashcompinit has complete and compgen. */
export function zsh(all: readonly Command[]): string {
  return `#compdef sstory
autoload -U +X bashcompinit && bashcompinit
${bash(all)}# As an autoloaded function it is called to answer the first Tab.
[[ \${funcstack[1]} != _sstory ]] || _bash_complete -o bashdefault -o default -F _sstory
`;
}
