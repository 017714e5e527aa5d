/** The command line of ss: short flags that bundle, long ones, and filter words, in any order. */
import { usageError } from '../model/error.js';
import { DEFAULT_DATABASE } from './command-line.js';

export interface SsFlags {
  readonly numeric: boolean;
  readonly resolve: boolean;
  readonly all: boolean;
  readonly listening: boolean;
  readonly timers: boolean;
  readonly extended: boolean;
  readonly memory: boolean;
  readonly processes: boolean;
  readonly header: boolean;
  readonly family: 4 | 6 | undefined;
  readonly netns: string | undefined;
  readonly at: string | undefined;
  readonly db: string;
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly filter: readonly string[];
}

type Name = Exclude<keyof SsFlags, 'filter' | 'family' | 'header' | 'db' | 'at' | 'netns'>;

const SWITCHES: Readonly<Record<string, Name | 'tcp' | 'no-header' | '4' | '6' | 'oneline'>> = {
  n: 'numeric',
  numeric: 'numeric',
  r: 'resolve',
  resolve: 'resolve',
  a: 'all',
  all: 'all',
  l: 'listening',
  listening: 'listening',
  o: 'timers',
  options: 'timers',
  e: 'extended',
  extended: 'extended',
  m: 'memory',
  memory: 'memory',
  p: 'processes',
  processes: 'processes',
  t: 'tcp',
  tcp: 'tcp',
  H: 'no-header',
  'no-header': 'no-header',
  O: 'oneline',
  oneline: 'oneline',
  '4': '4',
  ipv4: '4',
  '6': '6',
  ipv6: '6',
  h: 'help',
  help: 'help',
  V: 'version',
  version: 'version',
  json: 'json',
};

const WITH_VALUE: Readonly<Record<string, 'netns' | 'at' | 'db' | 'family'>> = {
  N: 'netns',
  net: 'netns',
  f: 'family',
  family: 'family',
  at: 'at',
  db: 'db',
};

/** Flags of ss for what is no TCP, or that sstory does not answer: ss does. */
const LEFT_TO_SS = new Set([
  'u',
  'udp',
  'x',
  'unix',
  'w',
  'raw',
  'd',
  'dccp',
  '0',
  'packet',
  'S',
  'sctp',
  'M',
  'mptcp',
  'vsock',
  'tipc',
  'xdp',
  's',
  'summary',
  'i',
  'info',
  'E',
  'events',
  'K',
  'kill',
  'Z',
  'context',
  'z',
  'contexts',
  'T',
  'threads',
  'b',
  'bpf',
  'D',
  'diag',
  'F',
  'filter',
  'A',
  'query',
  'tos',
  'cgroup',
  'tipcinfo',
  'inet-sockopt',
]);

/** @throws SstoryError usage, exit code 255 as ss's for an unknown flag */
export function parseSsFlags(argv: readonly string[]): SsFlags {
  const on = new Set<string>();
  const values: Partial<Record<'netns' | 'at' | 'db' | 'family', string>> = {};
  const filter: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') {
      filter.push(...argv.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      filter.push(word);
      continue;
    }
    const [names, attached] = word.startsWith('--') ? longFlag(word) : shortFlags(word);
    for (const name of names) {
      const valued = WITH_VALUE[name];
      if (valued === undefined) {
        on.add(switchOf(name, word));
        continue;
      }
      const value = attached ?? argv[++i];
      if (value === undefined) throw usageError('usage', `${word} needs a value`, HINT);
      values[valued] = value;
    }
  }
  return {
    numeric: on.has('numeric'),
    resolve: on.has('resolve'),
    all: on.has('all'),
    listening: on.has('listening'),
    timers: on.has('timers'),
    extended: on.has('extended'),
    memory: on.has('memory'),
    processes: on.has('processes'),
    header: !on.has('no-header'),
    family: familyOf(on, values.family),
    netns: values.netns,
    at: values.at,
    db: values.db ?? DEFAULT_DATABASE,
    json: on.has('json'),
    help: on.has('help'),
    version: on.has('version'),
    filter,
  };
}

const HINT = 'sstory ss --help lists the flags';

function longFlag(word: string): [string[], string | undefined] {
  const equals = word.indexOf('=');
  return equals < 0 ? [[word.slice(2)], undefined] : [[word.slice(2, equals)], word.slice(equals + 1)];
}

/** `-antN NAME` and `-NNAME`: what follows a flag with a value is its value. */
function shortFlags(word: string): [string[], string | undefined] {
  const letters = [...word.slice(1)];
  const valued = letters.findIndex((letter) => WITH_VALUE[letter] !== undefined);
  if (valued < 0) return [letters, undefined];
  const rest = letters.slice(valued + 1).join('');
  return [letters.slice(0, valued + 1), rest === '' ? undefined : rest];
}

function switchOf(name: string, word: string): string {
  const known = SWITCHES[name];
  if (known !== undefined) return known;
  if (LEFT_TO_SS.has(name))
    throw usageError('left-to-ss', `${word}: sstory does not answer this flag yet, or it is not about TCP`, 'ss does');
  throw usageError('usage', `no flag "${name}" in ${word}`, HINT);
}

function familyOf(on: ReadonlySet<string>, named: string | undefined): 4 | 6 | undefined {
  if (named === 'inet' || (named === undefined && on.has('4'))) return 4;
  if (named === 'inet6' || (named === undefined && on.has('6'))) return 6;
  if (named !== undefined) throw usageError('usage', `-f ${named}: sstory knows inet and inet6`, 'ss knows the others');
  return undefined;
}
