/** Writes scripts/packaging/completions/ from the --help of every command: `npm run man`. A test fails if they differ. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { helpText } from './help-text.js';

export const COMPLETIONS = fileURLToPath(new URL('../../scripts/packaging/completions/', import.meta.url));
/** Placeholders of options whose value is a file's name. */
const FILES = new Set(['<file>', '<path>', 'FILE']);

interface Option {
  readonly flags: readonly string[];
  readonly takesFile: boolean;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

interface Command {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
}

/** The lines of a help text, each with those that continue it. That of `ss` has two columns. */
function entries(help: string): [head: string, text: string][] {
  const joined = help.replaceAll(/\n {5,}(?=\S)/g, ' ').replaceAll(/ {3,}(?=-\w, --)/g, '\n  ');
  return [...joined.matchAll(/^ {2}(\S.*?) {2,}(\S.*)$/gm)].map(([, head = '', text = '']) => [head, text]);
}

/** A help with two usages repeats some. */
function distinct(options: readonly Option[]): Option[] {
  return [...new Map(options.map((option) => [option.flags.join(), option])).values()];
}

function optionOf([head, text]: readonly [string, string]): Option {
  const list = /\(choices: ([^)]*)\)/.exec(text)?.[1] ?? '';
  return {
    flags: [...head.matchAll(/(?<=^|[\s,])--?[\w-]+/g)].map(([flag]) => flag),
    takesFile: [...FILES].some((placeholder) => head.includes(placeholder)),
    takesValue: /[<[=]/.test(head),
    choices: [...list.replace(/default:.*/, '').matchAll(/"([^"]+)"/g)].map(([, choice = '']) => choice),
  };
}

function commands(): Command[] {
  const listed = entries(helpText().split('Commands:')[1] ?? '').filter(([name]) => /^\w+$/.test(name));
  return listed.map(([name, summary]) => ({
    name,
    summary,
    options: distinct(
      entries(helpText(name))
        .filter(([head]) => head.startsWith('-'))
        .map(optionOf),
    ),
  }));
}

function bash(all: readonly Command[]): string {
  const cases = all.map(({ name, options }) => {
    const values = options.flatMap(({ flags, choices }) =>
      choices.length === 0 ? [] : [`      ${name}:${flags.join(` | ${name}:`)}) words='${choices.join(' ')}' ;;`],
    );
    return [...values, `      ${name}:*) words='${options.flatMap(({ flags }) => flags).join(' ')}' ;;`].join('\n');
  });
  const filed = new Set(all.flatMap(({ options }) => options.flatMap((o) => (o.takesFile ? o.flags : []))));
  return `# bash completion of sstory, generated from its --help
_sstory() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${all.map(({ name }) => name).join(' ')} --help --version'
  else
    case $previous in
      ${[...filed].sort().join(' | ')})
        COMPREPLY=($(compgen -f -- "$word"))
        return
        ;;
    esac
    case \${COMP_WORDS[1]}:$previous in
${cases.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o bashdefault -o default -F _sstory sstory
`;
}

/** zsh reads the bash script: bashcompinit has complete and compgen. */
function zsh(all: readonly Command[]): string {
  return `#compdef sstory\nautoload -U +X bashcompinit && bashcompinit\n${bash(all)}`;
}

function fish(all: readonly Command[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return [
    '# fish completion of sstory, generated from its --help',
    ...all.flatMap(({ name, summary, options }) => [
      `complete -c sstory -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...options.map(({ flags, takesFile, takesValue, choices }) => {
        const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const value = takesFile
          ? ' -rF'
          : choices.length > 0
            ? ` -x -a ${quoted(choices.join(' '))}`
            : takesValue
              ? ' -x'
              : '';
        return `complete -c sstory -n '__fish_seen_subcommand_from ${name}' ${names.join(' ')}${value}`;
      }),
    ]),
    '',
  ].join('\n');
}

/** The scripts, each by the name that it is installed with. */
export function completions(): Readonly<Record<string, string>> {
  const all = commands();
  return { sstory: bash(all), _sstory: zsh(all), 'sstory.fish': fish(all) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(COMPLETIONS, { recursive: true });
  for (const [name, text] of Object.entries(completions())) writeFileSync(join(COMPLETIONS, name), text);
}
