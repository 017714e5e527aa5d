/** What the completions of the shells offer: commands and options as --help lists them, and the words of the filter language. */
import { ORIGIN_NAMES, REASON_NAMES } from '../../src/filter/history-terms.js';
import { STATE_NAMES } from '../../src/filter/state-names.js';
import { CONNECTIVES, TERM_WORDS } from '../../src/filter/terms.js';
import { helpText } from '../help-text.js';

/** Placeholders of options whose value is a file's name. */
const FILES = new Set(['<file>', '<path>', 'FILE']);

export interface Option {
  readonly flags: readonly string[];
  readonly takesFile: boolean;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
  /** Words that it takes and that are no options. */
  readonly words: readonly string[];
  readonly takesFilter: boolean;
}

/** The words that may begin a condition of a filter. */
export const FILTER_WORDS: readonly string[] = [
  'state',
  'exclude',
  ...TERM_WORDS,
  ...[...CONNECTIVES.keys()].filter((word) => /^\w+$/.test(word)),
];

/** What may come after a word of a filter, and an operator. */
export const WORDS_AFTER: Readonly<Record<string, readonly string[]>> = {
  state: STATE_NAMES,
  exclude: STATE_NAMES,
  reason: REASON_NAMES.filter((name) => /^[\w-]+$/.test(name)),
  origin: ORIGIN_NAMES,
};

/** The same, where `sstory complete-values KIND` lists it. */
export const VALUES_AFTER: Readonly<Record<string, readonly string[]>> = {
  comm: ['comm'],
  port: ['sport', 'dport', 'port'],
  netns: ['netns', '-N', '--netns'],
};

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
  return {
    flags: [...head.matchAll(/(?<=^|[\s,])--?[\w-]+/g)].map(([flag]) => flag),
    takesFile: [...FILES].some((placeholder) => head.includes(placeholder)),
    takesValue: /[<[=]/.test(head),
    choices: choicesOf(text),
  };
}

function choicesOf(text: string): string[] {
  const list = /\(choices: ([^)]*)\)/.exec(text)?.[1] ?? '';
  return [...list.replace(/default:.*/, '').matchAll(/"([^"]+)"/g)].map(([, choice = '']) => choice);
}

/** All commands, in the order of --help. */
export function commands(): Command[] {
  const listed = entries(helpText().split('Commands:')[1] ?? '').filter(([name]) => /^\w+$/.test(name));
  return listed.map(([name, summary]) => {
    const help = helpText(name);
    const all = entries(help);
    return {
      name,
      summary,
      options: distinct(all.filter(([head]) => head.startsWith('-')).map(optionOf)),
      words: all.filter(([head]) => /^[a-z]+$/.test(head)).flatMap(([, text]) => choicesOf(text)),
      takesFilter: /^Usage: .*\b(?:filter|FILTER)\b/m.test(help),
    };
  });
}
