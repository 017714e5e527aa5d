import { SstoryError } from '../model/error.js';
import type { SocketTimer } from '../model/snapshot.js';
import { parseTimeArgument } from '../model/time-argument.js';
import { gapsBetween, recordedSpan, type SocketAt, socketsAt } from '../query/index.js';
import { openForReading } from '../store/index.js';
import type { SocketLine } from '../view/ss/socket-line.js';
import { localTime } from '../view/time.js';
import { historyFilter } from './history-filter.js';
import type { SsFlags } from './ss-flags.js';
import { statesWanted } from './ss-states.js';

/** The sockets as they stood at a time. Says on stderr which moment that is, and whether the record is whole around it. */
export async function linesAt(flags: SsFlags, at: string): Promise<{ sockets: SocketLine[]; oneState: boolean }> {
  const database = openForReading(flags.db);
  try {
    const span = recordedSpan(database);
    if (span === undefined) throw new SstoryError('empty', `${flags.db} holds no recording yet`);
    const { us, note } = parseTimeArgument(at, { nowUs: Date.now() * 1000, startUs: span.startUs, endUs: span.endUs });
    if (note !== undefined) process.stderr.write(`sstory: ${note}\n`);
    if (us < span.startUs || us > span.endUs) {
      throw new SstoryError('outside', `--at ${at} (${localTime(us)}) lies outside the recording`, {
        hint: `${flags.db} goes from ${localTime(span.startUs)} to ${localTime(span.endUs)}`,
      });
    }
    const filter = await historyFilter(database, flags.filter, flags.family);
    const states = statesWanted(flags, { states: filter?.states });
    const sockets = socketsAt(database, us, {
      states,
      details: true,
      ...(filter === undefined ? {} : { condition: filter.condition }),
    });
    const gaps = gapsBetween(database, us - 60_000_000, us).filter((gap) => gap.toUs >= us && gap.reason !== 'clock');
    const loss = gaps.length === 0 ? '' : '; the record has a gap here';
    process.stderr.write(`sstory: as of ${localTime(us)}, ${sockets.length} sockets${loss}\n`);
    const cgroups = new Map(database.prepare('SELECT id, path FROM cgroup').raw().all() as [number, string][]);
    return {
      sockets: sockets.map((socket) => lineOf(socket, cgroups)),
      oneState: filter?.states !== undefined && filter.states.size === 1,
    };
  } finally {
    database.close();
  }
}

function lineOf(socket: SocketAt, cgroups: ReadonlyMap<number, string>): SocketLine {
  const { connection, sample } = socket;
  return {
    state: socket.state,
    recvQ: sample?.recv_q,
    sendQ: sample?.send_q,
    tuple: connection.tuple,
    timer: sample === undefined ? undefined : timerOf(sample.timer, sample.timer_ms, sample.retrans),
    owners: socket.owners,
    uid: connection.uid,
    inode: connection.inode,
    cookie: connection.cookie,
    cgroup: connection.cgroup === undefined ? undefined : cgroups.get(connection.cgroup),
    skmem: sample?.skmem ?? undefined,
    ageUs: socket.ageUs,
    mark: socket.uncertain ? 'uncertain' : socket.source === 'probe' ? undefined : 'inferred',
    connectionId: connection.id,
  };
}

function timerOf(kind: string, expiresMs: number, retransmits: number): SocketTimer {
  return { kind: kind as SocketTimer['kind'], expiresMs, retransmits };
}
