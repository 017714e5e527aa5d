import { type Command, FILTER_WORDS, type Option, VALUES_AFTER, WORDS_AFTER } from './commands.js';

const HEAD = `# fish completion of sstory, generated from its --help

# The last word that is no operator.
function __sstory_before
    string match -v -r '^(=|==|!=|<|>|<=|>=|eq|ne)$' -- (commandline -opc) | tail -n 1
end

# What the database holds.
function __sstory_values
    set -l words (commandline -opc)
    set -l db
    set -l at (contains -i -- --db $words)
    and set db --db $words[(math $at + 1)]
    $words[1] complete-values $argv[1] $db 2>/dev/null
end
`;

/** The script for fish. */
export function fish(all: readonly Command[]): string {
  const filtering = all.filter(({ takesFilter }) => takesFilter).map(({ name }) => name);
  const inFilter = `__fish_seen_subcommand_from ${filtering.join(' ')}`;
  const after = (words: readonly string[]) => `'${inFilter}; and contains -- (__sstory_before) ${words.join(' ')}'`;
  return [
    HEAD,
    ...all.flatMap(({ name, summary, options, words }) => [
      `complete -c sstory -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...(words.length === 0
        ? []
        : [`complete -c sstory -n '__fish_seen_subcommand_from ${name}' -f -a '${words.join(' ')}'`]),
      ...options.map((option) => optionLine(name, option)),
    ]),
    `complete -c sstory -n '${inFilter}' -a '${FILTER_WORDS.join(' ')}'`,
    ...Object.entries(WORDS_AFTER).map(
      ([word, words]) => `complete -c sstory -n ${after([word])} -a '${words.join(' ')}'`,
    ),
    ...Object.entries(VALUES_AFTER).map(
      ([kind, words]) =>
        `complete -c sstory -n ${after(words.filter((word) => !word.startsWith('-')))} -a '(__sstory_values ${kind})'`,
    ),
    '',
  ].join('\n');
}

function optionLine(command: string, { flags, takesFile, takesValue, choices }: Option): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = takesFile
    ? ' -rF'
    : choices.length > 0
      ? ` -x -a ${quoted(choices.join(' '))}`
      : takesValue
        ? ' -x'
        : '';
  return `complete -c sstory -n '__fish_seen_subcommand_from ${command}' ${names.join(' ')}${value}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
