import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { parseDuration } from '../../model/duration.js';
import { usageError } from '../../model/error.js';
import type { RunStart } from '../../model/run.js';
import { parseSize } from '../../model/size.js';
import type { ActiveRun } from '../../recorder/active-run.js';
import { type LockedDatabase, openLocked } from '../../recorder/locked-database.js';
import type { RecordOptions } from '../../recorder/record-options.js';
import { startRun } from '../../recorder/start.js';
import { closeWritten } from '../../store/database.js';
import { statOf } from '../../store/database-path.js';
import { groupId } from '../../sys/etc-files.js';
import { exitAtOnce } from '../../sys/exit.js';
import { useOneArena } from '../../sys/memory.js';
import { ServiceManager } from '../../sys/notify.js';
import { collectYoung } from '../../sys/scheduling.js';
import { raiseOwnSession } from '../../sys/session-priority.js';
import { closing } from '../closing.js';
import { argument, command, declaredCommand, parseWords } from '../command.js';
import { NEW_DATABASE } from '../default-database.js';
import { Notes } from '../output/notes.js';
import { report } from '../output/report.js';
import { DEFAULT_ADDRESS, type ListenAddress, listenAddress } from '../serve/listen-address.js';
import { METRICS_PORT, metricsAddress } from '../serve/metrics-options.js';
import { ServeChild } from '../serve/serve-child.js';
import { SUMMARIES } from '../summaries.js';
import { type BoundsArguments, boundsOf, withBounds } from './bounds-options.js';

const STATUS_INTERVAL_MS = 500;

interface RecordCommand extends Omit<RecordOptions, keyof BoundsArguments>, BoundsArguments {
  /** Microseconds. */
  readonly duration?: number;
  readonly log?: string;
  /** A gid. */
  readonly group?: number;
  readonly serve?: ListenAddress | true;
  readonly metrics?: ListenAddress;
}

/** `sstory record`: records this host until it is asked to stop. */
export const run = declaredCommand<RecordCommand>({
  name: 'record',
  summary: SUMMARIES.record,
  declare,
  async run(options) {
    requireDirectories(options);
    try {
      await recordInto(options);
    } catch (error) {
      // A start that failed half-way leaves threads and bpftrace, which would keep the process.
      exitAtOnce(report(error));
    }
    return 0;
  },
});

/** @throws SstoryError `usage` where the words are no flags of `record` */
export function requireRecordFlags(words: readonly string[]): void {
  parseWords(declare(command('record', SUMMARIES.record)), words);
}

async function recordInto(options: RecordCommand): Promise<void> {
  const locked = openLocked(options.db, options.group);
  using _lock = closing(locked.lock);
  using _database = closing({ close: () => closeWritten(locked.database) });
  const { retain: _retain, maxSize: _maxSize, ...others } = options;
  await record(locked, { ...others, ...boundsOf(options, options.db) }, new Notes(process.stderr, options.log));
}

/** @throws SstoryError `no-directory` (exit code 2) */
function requireDirectories(options: RecordCommand): void {
  for (const name of ['db', 'tee', 'log'] as const) {
    const file = options[name];
    if (file === undefined || file === '' || file === ':memory:') continue;
    const directory = dirname(file);
    if (statOf(directory)?.isDirectory() === true) continue;
    throw usageError('no-directory', `--${name} ${file}: there is no directory ${directory}`, `mkdir -p ${directory}`);
  }
}

function declare(parser: Command): Command {
  return withBounds(parser)
    .option('--db <file>', 'the database; created if missing, continued if it exists', NEW_DATABASE)
    .option('--group <group>', 'who may read the database besides its owner: its mode is 0640', argument(groupNamed))
    .addOption(
      new Option('--source <source>', 'where facts come from').choices(['auto', 'bpf', 'diag']).default('auto'),
    )
    .addOption(
      new Option(
        '--interval <duration>',
        'between two snapshots of all sockets; twice as long while nothing happens, and longer where they would use more than 1.5 % of a core: up to 10s',
      )
        .argParser(argument(parseDuration))
        .default(1_000_000, '1s'),
    )
    .option('--duration <duration>', 'stop after this time, e.g. 30s', argument(parseDuration))
    .addOption(
      new Option('--netns <which>', 'network namespaces to take snapshots in').choices(['all', 'self']).default('all'),
    )
    .addOption(
      new Option('--transport <how>', 'how events leave bpftrace: for tests and bug reports')
        .choices(['auto', 'ring', 'text'])
        .default('auto'),
    )
    .option(
      '--ring-size <size>',
      "the kernel's room for the events of each CPU, rounded up to a power of two (default: 8 MB for all)",
      argument(parseSize),
    )
    .option(
      '--backlog <size>',
      'room for events that the recorder has not processed yet, in a burst: in memory, then in a file (default: 256 MB)',
      argument(parseSize),
    )
    .addOption(
      new Option(
        '--max-memory <size>',
        'beyond it, samples, tcp_info and names are given up, in this order, then events',
      )
        .argParser(argument(parseSize))
        .default(512_000_000, '512 MB'),
    )
    .option('--no-names', 'do not record names: DNS answers and hosts files')
    .option(
      '--tee <file>',
      'also write what is recorded to this recording file: sstory import turns it into a database',
    )
    .option('--log <file>', 'also append recorder messages to this file')
    .option(
      '--serve [address]',
      'also serve the web page, at 127.0.0.1:7070 or this address (port 0: any free one), in a process without privileges',
      argument(listenAddress),
    )
    .option(
      '--metrics <address>',
      `also answer scrapes of Prometheus at this address, in a process without privileges; default port ${METRICS_PORT}`,
      argument(metricsAddress),
    );
}

/** The gid of a group's name, or of its number. */
function groupNamed(group: string): number {
  const gid = /^\d+$/.test(group) ? Number(group) : groupId(group);
  if (gid === undefined) throw usageError('no-group', `no group "${group}"`, `groupadd --system ${group} makes it`);
  return gid;
}

async function record(
  locked: LockedDatabase,
  options: RecordOptions & Pick<RecordCommand, 'duration' | 'serve' | 'metrics'>,
  notes: Notes,
): Promise<void> {
  collectYoung();
  useOneArena();
  raiseOwnSession();
  const stop = stopSignal(options.duration);
  try {
    const manager = ServiceManager.of(process.env);
    const active = await startRun(locked, options, (text, priority) => notes.say(text, priority), manager);
    notes.say(startLine(active.run, options));
    await using _servers = serversOf(options, notes, stop.asked);
    const showStatus = () => notes.showStatus(active.statusLine());
    const ticker = notes.showsStatus ? setInterval(showStatus, STATUS_INTERVAL_MS) : undefined;
    using _pings = closing(notifyManager(manager, active, stop.asked));
    const failure = await active.until(stop.asked).catch((error: unknown) => ({ error }));
    clearInterval(ticker);
    notes.endStatus();
    if (failure !== undefined) exitAtOnce(report(failure.error));
    notes.say(active.summary());
  } finally {
    stop.cancel();
  }
}

/** Twice as often as a watchdog asks for, as sd_watchdog_enabled(3) recommends. */
const PINGS_PER_TIMEOUT = 2;

/** Notifies the service manager, where there is one: that it records, while it does, and that it stops. */
function notifyManager(
  manager: ServiceManager | undefined,
  active: ActiveRun,
  stopping: Promise<unknown>,
): { close(): void } {
  const ping = () => manager?.alive(active.statusLine());
  manager?.ready();
  ping();
  void stopping.then(() => manager?.stopping());
  const timer =
    manager?.watchdogMs === undefined ? undefined : setInterval(ping, manager.watchdogMs / PINGS_PER_TIMEOUT);
  return { close: () => clearInterval(timer) };
}

/** The servers that were asked for, each in a process of its own. */
function serversOf(
  { db: file, serve, metrics }: Pick<RecordCommand, 'db' | 'serve' | 'metrics'>,
  notes: Notes,
  stopping: Promise<unknown>,
): AsyncDisposable {
  const servers: ServeChild[] = [];
  const start = (command: 'serve' | 'metrics', listen: ListenAddress) => {
    const server = new ServeChild({ command, file, listen }, (text, priority) => notes.say(text, priority));
    servers.push(server);
    void stopping.then(() => server.expectEnd());
    server.start();
  };
  if (serve !== undefined) start('serve', serve === true ? DEFAULT_ADDRESS : serve);
  if (metrics !== undefined) start('metrics', metrics);
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

function startLine({ source, bpftrace, transport }: RunStart, { db, tee, interval }: RecordOptions): string {
  const places = tee === undefined ? db : `${db} and ${tee}`;
  if (source === 'bpf')
    return `recording into ${places} (bpftrace ${bpftrace}, ${transport} transport); Ctrl-C ends it`;
  return `recording into ${places} from sock_diag snapshots every ${interval / 1e6} s: every transition is inferred; Ctrl-C ends it`;
}

/** Resolves when the recorder is asked to stop: SIGINT, SIGTERM, SIGHUP, or the end of --duration. */
function stopSignal(durationUs: number | undefined): { asked: Promise<'asked'>; cancel: () => void } {
  let stop: () => void = () => undefined;
  const asked = new Promise<'asked'>((resolve) => {
    stop = () => resolve('asked');
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  const timeout = durationUs === undefined ? undefined : setTimeout(stop, durationUs / 1000);
  return {
    asked,
    cancel: () => {
      clearTimeout(timeout);
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
