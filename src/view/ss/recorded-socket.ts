import type { SocketMemory, SocketTimer, TcpInfo } from '../../model/snapshot.js';
import type { SampleRow, SocketAt } from '../../query/point-in-time.js';
import type { KnownRow, ShownHistory, ShownSocket } from './shown-socket.js';

/**
 * A socket of the history, in the form that the tables of ss show.
 * @param cgroups paths by id
 * @param inGap whether the record has a gap at that time
 */
export function shownSocket(socket: SocketAt, cgroups: ReadonlyMap<number, string>, inGap: boolean): ShownSocket {
  const { connection, sample } = socket;
  const cgroupPath = connection.cgroup === undefined ? undefined : cgroups.get(connection.cgroup);
  const history: ShownHistory = {
    connectionId: connection.id,
    ageUs: socket.ageUs,
    mark: markOf(socket, inGap),
    sampledUs: sample?.at_us,
  };
  const { tuple, uid, inode, cookie, cgroup } = connection;
  const row: KnownRow = { state: socket.state, tuple, uid, inode, cookie, cgroup, ...sampled(sample) };
  return { row, owners: socket.owners, history, ...(cgroupPath === undefined ? {} : { cgroupPath }) };
}

function markOf(socket: SocketAt, inGap: boolean): ShownHistory['mark'] {
  if (socket.uncertain) return 'uncertain';
  if (inGap) return 'gap';
  return socket.source === 'probe' ? undefined : 'inferred';
}

function sampled(sample: SampleRow | undefined): Partial<KnownRow> {
  if (sample === undefined) return {};
  return {
    recvQ: sample.recv_q,
    sendQ: sample.send_q,
    timer: timerOf(sample),
    congestion: sample.congestion ?? undefined,
    memory: sample.skmem === null ? undefined : memoryOf(sample.skmem),
    info: infoOf(sample),
  };
}

function timerOf({ timer, timer_ms, retrans }: SampleRow): SocketTimer {
  return { kind: timer as SocketTimer['kind'], expiresMs: timer_ms, retransmits: retrans };
}

/** `r0,rb131072,t0,tb46080,f0,w0,o0,bl0,d0` as numbers. */
function memoryOf(skmem: string): SocketMemory {
  const words = new Map(Array.from(skmem.matchAll(/([a-z]+)(\d+)/g), ([, name, value]) => [name, Number(value)]));
  const of = (name: string) => words.get(name) ?? 0;
  return {
    rmemAlloc: of('r'),
    rcvbuf: of('rb'),
    wmemAlloc: of('t'),
    sndbuf: of('tb'),
    fwdAlloc: of('f'),
    wmemQueued: of('w'),
    optmem: of('o'),
    backlog: of('bl'),
    drops: of('d'),
  };
}

/** What samples keep of tcp_info; undefined if the kernel did not report it. */
function infoOf(sample: SampleRow): Partial<TcpInfo> {
  const known = {
    rttUs: sample.rtt_us,
    rttvarUs: sample.rttvar_us,
    rtoUs: sample.rto_us,
    sndCwnd: sample.cwnd,
    sndSsthresh: sample.ssthresh,
    sndMss: sample.mss,
    unacked: sample.unacked,
    lost: sample.lost,
    totalRetrans: sample.total_retrans,
    bytesSent: sample.bytes_sent,
    bytesAcked: sample.bytes_acked,
    bytesReceived: sample.bytes_received,
    minRttUs: sample.min_rtt_us,
    deliveryRate: sample.delivery_rate,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null));
}
