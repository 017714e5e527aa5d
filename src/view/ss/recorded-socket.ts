import type { Place } from '../../model/place.js';
import { infoOfSample, type SampleRow } from '../../model/sample.js';
import { socketMemoryOf } from '../../model/socket-memory.js';
import type { SocketTimer } from '../../model/socket-row.js';
import type { SocketAt } from '../../query/point-in-time.js';
import type { KnownRow, ShownHistory, ShownSocket } from './shown-socket.js';

/**
 * A socket of the history, in the form that the tables of ss show.
 * @param place as of that time
 * @param inGap whether the record has a gap at that time
 */
export function shownSocket(socket: SocketAt, place: Place, inGap: boolean): ShownSocket {
  const { connection, sample } = socket;
  const history: ShownHistory = {
    connectionId: connection.id,
    ageUs: socket.ageUs,
    mark: markOf(socket, inGap),
    sampledUs: sample?.at_us,
  };
  const { tuple, uid, inode, cookie, cgroup } = connection;
  const row: KnownRow = { state: socket.state, tuple, uid, inode, cookie, cgroup, ...sampled(sample) };
  return {
    row,
    owners: socket.owners,
    history,
    cgroup: place.cgroup,
    netns: connection.netns,
    netnsName: place.netnsName,
  };
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
    memory: sample.skmem === null ? undefined : socketMemoryOf(sample.skmem),
    info: infoOfSample(sample),
  };
}

function timerOf({ timer, timer_ms, retrans }: SampleRow): SocketTimer {
  return { kind: timer, expiresMs: timer_ms, retransmits: retrans };
}
