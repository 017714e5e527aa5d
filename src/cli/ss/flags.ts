/** The flags of `sstory ss`: those of ss that concern TCP, and its own. */
import { SstoryError } from '../../model/error.js';
import { type Flag, readWords } from './getopt.js';

export interface SsFlags {
  numeric: boolean;
  resolve: boolean;
  /** The last of -a, -l and -B counts. */
  shown: 'default' | 'all' | 'listening' | 'bound';
  timers: boolean;
  extended: boolean;
  memory: boolean;
  processes: boolean;
  threads: boolean;
  contexts: boolean;
  info: boolean;
  tos: boolean;
  cgroup: boolean;
  socketOptions: boolean;
  summary: boolean;
  events: boolean;
  kill: boolean;
  header: boolean;
  showQueues: boolean;
  oneLine: boolean;
  /** -t or -A was given: with -s, the sockets are listed after the summary. */
  tcp: boolean;
  family: 4 | 6 | undefined;
  netns: string | undefined;
  filterFile: string | undefined;
  dumpTo: string | undefined;
  dumpFrom: string | undefined;
  at: string | undefined;
  /** undefined: the default one. */
  db: string | undefined;
  format: 'text' | 'json' | 'csv';
  columns: readonly string[] | undefined;
  help: boolean;
  version: boolean;
  /** The other words. */
  filter: readonly string[];
}

const NO_FLAGS: SsFlags = {
  numeric: false,
  resolve: false,
  shown: 'default',
  timers: false,
  extended: false,
  memory: false,
  processes: false,
  threads: false,
  contexts: false,
  info: false,
  tos: false,
  cgroup: false,
  socketOptions: false,
  summary: false,
  events: false,
  kill: false,
  header: true,
  showQueues: true,
  oneLine: false,
  tcp: false,
  family: undefined,
  netns: undefined,
  filterFile: undefined,
  dumpTo: undefined,
  dumpFrom: undefined,
  at: undefined,
  db: undefined,
  format: 'text',
  columns: undefined,
  help: false,
  version: false,
  filter: [],
};

type SsFlag = Flag<SsFlags>;

function set(names: string, values: Partial<SsFlags>): SsFlag {
  return { names: names.split(' '), set: (flags) => Object.assign(flags, values) };
}

function valued(names: string, value: string, take: (flags: SsFlags, value: string) => void): SsFlag {
  return { names: names.split(' '), value, set: take };
}

/** A flag of ss for what sstory does not record. */
function left(names: string, what: string): SsFlag {
  const list = names.split(' ');
  const refuse = () => {
    throw refusal(`${list.map(dashed).join(', ')}: ${what}`);
  };
  return { names: list, set: refuse };
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

const FLAGS: readonly SsFlag[] = [
  set('n numeric', { numeric: true }),
  set('r resolve', { resolve: true }),
  set('a all', { shown: 'all' }),
  set('l listening', { shown: 'listening' }),
  set('B bound-inactive', { shown: 'bound' }),
  set('o options', { timers: true }),
  set('e extended', { extended: true }),
  set('m memory', { memory: true }),
  set('p processes', { processes: true }),
  set('T threads', { processes: true, threads: true }),
  set('Z context', { processes: true, contexts: true }),
  set('i info', { info: true }),
  set('tos', { tos: true }),
  set('cgroup', { cgroup: true }),
  set('inet-sockopt', { socketOptions: true }),
  set('s summary', { summary: true }),
  set('E events', { events: true }),
  set('K kill', { kill: true }),
  set('H no-header', { header: false }),
  set('Q no-queues', { showQueues: false }),
  set('O oneline', { oneLine: true }),
  set('t tcp', { tcp: true }),
  set('4 ipv4', { family: 4 }),
  set('6 ipv6', { family: 6 }),
  set('h help', { help: true }),
  set('V version', { version: true }),
  valued('N net', 'NAME', (flags, name) => {
    flags.netns = name;
  }),
  valued('f family', 'FAMILY', readFamily),
  valued('A query socket', 'QUERY', readQuery),
  valued('F filter', 'FILE', (flags, file) => {
    if (flags.filterFile !== undefined) throw usage('-F twice: give one filter file');
    flags.filterFile = file;
  }),
  valued('D diag', 'FILE', (flags, file) => {
    flags.dumpTo = file;
  }),
  left('u udp', 'UDP'),
  left('d dccp', 'DCCP'),
  left('w raw', 'raw sockets'),
  left('x unix', 'Unix domain sockets'),
  left('0 packet', 'packet sockets'),
  left('S sctp', 'SCTP'),
  left('M mptcp', 'MPTCP'),
  left('vsock', 'vsock'),
  left('tipc', 'TIPC'),
  left('tipcinfo', 'TIPC'),
  left('xdp', 'XDP'),
  left('b bpf', 'BPF filters of packet sockets'),
  left('z contexts', 'security contexts of sockets'),
];

const OWN_FLAGS: readonly SsFlag[] = [
  valued('at', 'TIME', (flags, time) => {
    flags.at = time;
  }),
  valued('db', 'FILE', (flags, file) => {
    flags.db = file;
  }),
  valued('dump', 'FILE', (flags, file) => {
    flags.dumpFrom = file;
  }),
  set('json', { format: 'json' }),
  set('csv', { format: 'csv' }),
  valued('columns', 'LIST', (flags, list) => {
    flags.columns = list.split(',');
  }),
  set('debug', {}),
];

const OTHER_FAMILIES = ['unix', 'link', 'netlink', 'vsock', 'tipc', 'xdp'];

function readFamily(flags: SsFlags, name: string): void {
  if (name === 'inet') flags.family = 4;
  else if (name === 'inet6') flags.family = 6;
  else if (name === 'help') flags.help = true;
  else if (OTHER_FAMILIES.includes(name)) throw refusal(`-f ${name}`);
  else throw usage(`-f: unknown family "${name}"`, 'inet or inet6');
}

const OTHER_TABLES =
  'all inet mptcp udp raw unix unix_dgram unix_stream unix_seqpacket packet packet_raw packet_dgram netlink dccp sctp vsock_stream vsock_dgram tipc xdp u_str u_dgr u_seq p_raw p_dgr'.split(
    ' ',
  );

/** `tcp`; the other tables of ss are known by name, for the hint that ss shows them. */
function readQuery(flags: SsFlags, query: string): void {
  for (const table of query.split(',')) {
    const name = table.replace(/^!/, '');
    if (OTHER_TABLES.includes(name) || table === '!tcp') throw refusal(`-A ${query}`);
    if (name !== 'tcp') throw usage(`-A: unknown socket table "${table}"`, 'sstory has one: tcp');
  }
  flags.tcp = true;
}

/** @throws SstoryError `usage`, `left-to-ss`: exit code 255, as ss for unknown flags */
export function parseSsFlags(argv: readonly string[]): SsFlags {
  const flags = { ...NO_FLAGS };
  flags.filter = readWords(argv, [FLAGS, OWN_FLAGS], flags, usage);
  // As for ss: a file that ss -D wrote.
  const dump = process.env['TCPDIAG_FILE'];
  if (dump && flags.at === undefined && flags.dumpTo === undefined) flags.dumpFrom ??= dump;
  checkTogether(flags);
  return flags;
}

function checkTogether(flags: SsFlags): void {
  if (flags.at !== undefined && flags.kill) throw usage('-K closes current sockets: it cannot be used with --at');
  if (flags.at !== undefined && flags.summary)
    throw usage('-s counts current sockets: it cannot be used with --at', 'sstory ss -ta --at TIME lists them');
  if (flags.at !== undefined && flags.events)
    throw usage('-E follows current sockets: it cannot be used with --at', 'sstory log -f');
  if (flags.kill && flags.dumpFrom !== undefined)
    throw usage('-K closes current sockets: it cannot be used with --dump');
  if (flags.at !== undefined && flags.dumpFrom !== undefined) throw usage('--at and --dump cannot be used together');
}

const HINT = 'sstory ss --help lists the flags';

export function usage(message: string, hint = HINT): SstoryError {
  return new SstoryError('usage', message, { exitCode: 255, hint });
}

function refusal(what: string): SstoryError {
  return new SstoryError('left-to-ss', `${what}: sstory knows TCP only`, { exitCode: 255, hint: 'ss shows it' });
}
