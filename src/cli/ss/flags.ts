/** The flags of `sstory ss`: those of ss that concern TCP, and its own. */
import { SstoryError } from '../../model/error.js';
import { type Flag, readWords } from './getopt.js';

export interface OtherTable {
  /** `-u, --udp`. */
  readonly flag: string;
  /** `UDP`. */
  readonly what: string;
}

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
  /** The tables of ss that were asked for besides TCP. */
  others: readonly OtherTable[];
  family: 4 | 6 | undefined;
  netns: string | undefined;
  filterFile: string | undefined;
  dumpTo: string | undefined;
  dumpFrom: string | undefined;
  at: string | undefined;
  /** undefined: the default one. */
  db: string | undefined;
  /** Of a fleet's ClickHouse; undefined: not given. */
  fleet: string | undefined;
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
  others: [],
  family: undefined,
  netns: undefined,
  filterFile: undefined,
  dumpTo: undefined,
  dumpFrom: undefined,
  at: undefined,
  db: undefined,
  fleet: undefined,
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

/** A table of ss that sstory does not have: left out where TCP is asked for too. */
function other(names: string, what: string): SsFlag {
  const list = names.split(' ');
  return { names: list, set: (flags) => add(flags, { flag: list.map(dashed).join(', '), what }) };
}

/** A flag of ss for what sstory does not record. */
function left(names: string, what: string): SsFlag {
  const list = names.split(' ');
  const refuse = () => {
    throw leftToSs(`${list.map(dashed).join(', ')}: ${what}`);
  };
  return { names: list, set: refuse };
}

function add(flags: SsFlags, table: OtherTable): void {
  flags.others = [...flags.others, table];
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

const FLAGS: readonly SsFlag[] = [
  set('n numeric', { numeric: true }),
  set('r resolve', { resolve: true }),
  set('a all', { shown: 'all' }),
  set('l listening', { shown: 'listening' }),
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
  other('u udp', 'UDP'),
  other('d dccp', 'DCCP'),
  other('w raw', 'raw sockets'),
  other('x unix', 'Unix domain sockets'),
  other('0 packet', 'packet sockets'),
  other('S sctp', 'SCTP'),
  other('M mptcp', 'MPTCP'),
  other('vsock', 'vsock'),
  other('tipc', 'TIPC'),
  other('xdp', 'XDP'),
  // Of TIPC sockets only.
  set('tipcinfo', {}),
  left('b bpf', 'BPF filters of packet sockets'),
  left('z contexts', 'security contexts of sockets'),
];

/** Those that ss has had since iproute2 6.8: they make no abbreviation of the others ambiguous. */
const NEWER_FLAGS: readonly SsFlag[] = [
  set('B bound-inactive', { shown: 'bound' }),
  set('Q no-queues', { showQueues: false }),
  left('bpf-maps', 'storage of BPF programs'),
  { ...left('bpf-map-id', 'storage of BPF programs'), value: 'ID' },
];

const OWN_FLAGS: readonly SsFlag[] = [
  valued('at', 'TIME', (flags, time) => {
    flags.at = time;
  }),
  valued('db', 'FILE', (flags, file) => {
    flags.db = file;
  }),
  valued('fleet', 'URL', (flags, url) => {
    flags.fleet = url;
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

/** Those that include tcp. */
const TABLES_WITH_TCP = ['all', 'inet'];

/** `tcp`; the other tables of ss are known by name. As in ss a `!` removes what it names. */
function readQuery(flags: SsFlags, query: string): void {
  for (const table of query.split(',')) {
    const name = table.replace(/^!/, '');
    if (name !== 'tcp' && !OTHER_TABLES.includes(name)) {
      throw usage(`-A: unknown socket table "${table}"`, 'sstory has one: tcp');
    }
    const hasTcp = name === 'tcp' || TABLES_WITH_TCP.includes(name);
    if (hasTcp) flags.tcp = name === table;
    if (table !== 'tcp') add(flags, { flag: `-A ${query}`, what: hasTcp ? `the rest of ${name}` : name });
  }
}

/** @throws SstoryError `usage`, `left-to-ss`: exit code 255, as ss for unknown flags */
export function parseSsFlags(argv: readonly string[]): SsFlags {
  const flags = { ...NO_FLAGS };
  flags.filter = readWords(argv, [FLAGS, NEWER_FLAGS, OWN_FLAGS], flags, usage);
  // As for ss: a file that ss -D wrote.
  const dump = process.env['TCPDIAG_FILE'];
  if (dump && flags.at === undefined && flags.dumpTo === undefined) flags.dumpFrom ??= dump;
  checkTogether(flags);
  return flags;
}

function checkTogether(flags: SsFlags): void {
  const [other] = flags.others;
  if (other !== undefined && !flags.tcp) {
    throw refusal(other.flag.startsWith('-A') ? other.flag : `${other.flag}: ${other.what}`);
  }
  if (flags.at !== undefined && flags.kill) throw usage('-K closes current sockets: it cannot be used with --at');
  if (flags.at !== undefined && flags.events)
    throw usage('-E follows current sockets: it cannot be used with --at', 'sstory log -f');
  if (flags.at !== undefined && flags.dumpTo !== undefined)
    throw usage('-D writes current sockets: it cannot be used with --at', 'sstory export writes recorded ones');
  if (flags.kill && flags.dumpFrom !== undefined)
    throw usage('-K closes current sockets: it cannot be used with --dump');
  if (flags.fleet !== undefined && flags.at === undefined)
    throw usage('--fleet answers for recorded moments: it needs --at', 'sstory ss -tan --at now --fleet URL');
  if (flags.db !== undefined && flags.at === undefined)
    throw usage(
      '--db names a recording, and without --at current sockets are shown',
      `sstory ss -tan --at end --db ${flags.db}`,
    );
  if (flags.fleet !== undefined && flags.db !== undefined) throw usage('--fleet and --db cannot be used together');
  if (flags.at !== undefined && flags.dumpFrom !== undefined) throw usage('--at and --dump cannot be used together');
}

const HINT = 'sstory ss --help lists the flags';

export function usage(message: string, hint = HINT): SstoryError {
  return new SstoryError('usage', message, { exitCode: 255, hint });
}

function refusal(what: string): SstoryError {
  return leftToSs(`${what}: sstory knows TCP only`);
}

function leftToSs(message: string): SstoryError {
  return new SstoryError('left-to-ss', message, { exitCode: 255, hint: 'ss shows it' });
}
