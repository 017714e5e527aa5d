import type { FourTuple } from '../../model/four-tuple.js';
import type { Place } from '../../model/place.js';
import { infoOfSample, memoryOfSample, type SampleRow } from '../../model/sample.js';
import type { SocketRow, SocketTimer } from '../../model/socket-row.js';
import type { TcpInfo } from '../../model/tcp-info.js';
import { type TcpState, TIMEWAIT_LIFE_US } from '../../model/tcp-state.js';
import type { UlpInfo } from '../../model/ulp-info.js';
import type { SocketAt } from '../../query/point-in-time.js';
import type { KnownRow, ShownHistory, ShownSocket } from './shown-socket.js';

/** What was seen so short before counts as of the shown time, microseconds. */
const SAME_TIME_US = 1_000;
/** A socket that is closed on this side gets a process no more. */
const CLOSED_HERE: ReadonlySet<TcpState> = new Set<TcpState>(['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSING', 'LAST-ACK']);
/** Of what the kernel keeps for its timer only. */
const TIMEWAIT_SOCKET = { uid: 0, inode: 0 } as const;
/** What the kernel gives as a time since. */
const SINCE = ['lastDataSentMs', 'lastDataRecvMs', 'lastAckRecvMs'] as const;

/**
 * A socket of the history, in the form that the tables of ss show.
 * @param place as of that time
 * @param inGap whether the record has a gap at that time
 */
export function shownSocket(socket: SocketAt, place: Place, inGap: boolean): ShownSocket {
  const { connection, state, ageUs, sample } = socket;
  const { tuple, uid, inode, cookie = socket.timewait?.cookie, cgroup } = connection;
  const agoUs = sample === undefined || state === 'TIME-WAIT' ? 0 : instantOf(socket) - sample.heldUs;
  const history: ShownHistory = {
    connectionId: connection.id,
    ageUs,
    mark: markOf(socket, inGap),
    sampledUs: sample?.row.at_us,
    sampledAgoUs: noticed(agoUs),
  };
  return {
    row: { state, tuple, uid, inode, cookie, cgroup, ...valuesOf(socket) },
    owners: socket.owners,
    history,
    cgroup: place.cgroup,
    netns: connection.netns,
    netnsName: place.netnsName,
    device: lastSampleOf(socket)?.device ?? undefined,
  };
}

/** How long ago something was known, microseconds; undefined: so short before that it counts as then. */
export function noticed(agoUs: number): number | undefined {
  return agoUs > SAME_TIME_US ? agoUs : undefined;
}

/** Of a TIME-WAIT that had none before: the one that was made of it. */
function lastSampleOf({ sample, timewait }: SocketAt): SampleRow | undefined {
  return sample?.row ?? timewait?.sample;
}

function instantOf({ since, ageUs }: SocketAt): number {
  return since.atUs + ageUs;
}

/** bind(2) to one IPv6 address sets it (net/ipv6/af_inet6.c, __inet6_bind()). Of `::` it is not known without a sample. */
function boundV6only({ family, localAddr }: FourTuple): true | undefined {
  return family === 6 && localAddr !== '::' && !localAddr.startsWith('::ffff:') ? true : undefined;
}

function valuesOf(socket: SocketAt): Partial<KnownRow> {
  const { state, sample, connection } = socket;
  if (state === 'TIME-WAIT') return timeWait(socket);
  if (sample === undefined) return state === 'LISTEN' ? { v6only: boundV6only(connection.tuple) } : {};
  const { row, heldUs } = sample;
  const isOrphan = row.orphan === 1 && (heldUs === instantOf(socket) || staysAlone(socket, heldUs));
  return advanced(state, { ...sampled(row), ...(isOrphan ? { inode: 0 } : {}) }, heldUs - row.at_us);
}

/**
 * Whether a socket that had no process at `us` has none later either: one that was not accepted then may have been since, but for a
 * half-open request. The dump that found a socket counts as of its begin, the step that it made as of its end.
 */
function staysAlone({ connection, state }: SocketAt, us: number): boolean {
  const { steps } = connection;
  const then = (steps.findLast(({ atUs }) => atUs <= us) ?? steps[0])?.newState ?? 'UNCONN';
  return CLOSED_HERE.has(then) || (then === 'NEW-SYN-RECV' && then === state);
}

function markOf(socket: SocketAt, inGap: boolean): ShownHistory['mark'] {
  if (socket.uncertain) return 'uncertain';
  if (inGap) return 'gap';
  return socket.source === 'probe' ? undefined : 'inferred';
}

/** A TIME-WAIT has no samples: nothing of it changes but its timer. It keeps the interface and the mark of its full socket. */
function timeWait(socket: SocketAt): Partial<KnownRow> {
  const { since, connection, timewait } = socket;
  const last = lastSampleOf(socket);
  const seen = since.source === 'probe' ? since.atUs + TIMEWAIT_LIFE_US : undefined;
  const endUs = seen ?? timewait?.dueUs ?? (connection.closedSource === 'timer' ? connection.closedUs : undefined);
  const expiresMs = endUs === undefined ? undefined : Math.max(0, Math.round((endUs - instantOf(socket)) / 1_000));
  return {
    ...TIMEWAIT_SOCKET,
    interfaceIndex: last?.if_index ?? undefined,
    mark: last?.fwmark ?? undefined,
    recvQ: 0,
    sendQ: 0,
    timer: expiresMs === undefined ? undefined : { kind: 'timewait', expiresMs, retransmits: 0 },
  };
}

export function sampled(sample: SampleRow): Partial<KnownRow> {
  const { details } = sample;
  return {
    ...(sample.timer === 'timewait' ? TIMEWAIT_SOCKET : {}),
    recvQ: sample.recv_q,
    sendQ: sample.send_q,
    timer: { kind: sample.timer, expiresMs: sample.timer_ms, retransmits: sample.retrans },
    congestion: sample.congestion ?? undefined,
    memory: memoryOfSample(sample),
    info: infoOfSample(sample),
    interfaceIndex: sample.if_index ?? undefined,
    v6only: sample.v6only === null ? undefined : sample.v6only !== 0,
    shutdown: sample.shutdown ?? undefined,
    mark: sample.fwmark ?? undefined,
    tos: sample.tos ?? undefined,
    tclass: sample.tclass ?? undefined,
    classId: sample.class_id ?? undefined,
    sockopt: sample.sockopt ?? undefined,
    protocol: sample.protocol ?? undefined,
    ulp: sample.ulp ?? undefined,
    ...(details === null ? {} : detailsOf(details)),
  };
}

function detailsOf(text: string): Pick<KnownRow, 'congestionInfo' | 'ulpInfo'> {
  const { congestion, tls, mptcp } = JSON.parse(text) as {
    congestion?: SocketRow['congestionInfo'];
    tls?: UlpInfo['tls'];
    mptcp?: Omit<NonNullable<UlpInfo['mptcp']>, 'mapSequence'> & { mapSequence?: string };
  };
  const { mapSequence } = mptcp ?? {};
  const numbers = mptcp && { ...mptcp, mapSequence: mapSequence === undefined ? undefined : BigInt(mapSequence) };
  return { congestionInfo: congestion, ulpInfo: { tls, mptcp: numbers } };
}

/** The values some time later, while nothing happened. */
function advanced(state: TcpState, row: Partial<KnownRow>, us: number): Partial<KnownRow> {
  const ms = Math.round(us / 1_000);
  // Of a listener the times since are 0.
  const info = row.info === undefined || state === 'LISTEN' ? row.info : { ...row.info, ...laterTimes(row.info, ms) };
  return { ...row, timer: row.timer && advancedTimer(row.timer, ms), info };
}

/**
 * The kernel's timer wheel is coarse: one of seconds fires up to an eighth late, and is at 0 until then. A keepalive timer may have started
 * again without a packet, from when is not known.
 */
function advancedTimer(timer: SocketTimer, ms: number): SocketTimer | undefined {
  if (timer.kind === 'off') return timer;
  const expiresMs = timer.expiresMs - ms;
  if (expiresMs < 0 && timer.kind === 'keepalive') return undefined;
  return { ...timer, expiresMs: Math.max(0, expiresMs) };
}

function laterTimes(info: Partial<TcpInfo>, ms: number): Partial<TcpInfo> {
  const later: Partial<Record<(typeof SINCE)[number], number>> = {};
  for (const key of SINCE) {
    const then = info[key];
    if (then !== undefined) later[key] = then + ms;
  }
  return later;
}
