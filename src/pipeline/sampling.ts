import type { Sample } from '../model/connection.js';
import type { SocketMemory, SocketRow } from '../model/snapshot.js';

/** Between two samples of a connection whose queues and timers stay as they are, microseconds. */
const QUIET_INTERVAL_US = 10_000_000;

/** The sample of a connection that a snapshot contains. */
export function sampleOf(connectionId: number, atUs: number, row: SocketRow): Sample {
  const info = row.info;
  return {
    connectionId,
    atUs,
    recvQ: row.recvQ,
    sendQ: row.sendQ,
    timer: row.timer.kind,
    timerMs: row.timer.expiresMs,
    retrans: row.timer.retransmits,
    rttUs: info?.rttUs,
    rttvarUs: info?.rttvarUs,
    rtoUs: info?.rtoUs,
    cwnd: info?.sndCwnd,
    ssthresh: info?.sndSsthresh,
    mss: info?.sndMss,
    unacked: info?.unacked,
    lost: info?.lost,
    totalRetrans: info?.totalRetrans,
    bytesSent: info?.bytesSent,
    bytesAcked: info?.bytesAcked,
    bytesReceived: info?.bytesReceived,
    minRttUs: info?.minRttUs,
    deliveryRate: info?.deliveryRate,
    congestion: row.congestion,
    skmem: row.memory === undefined ? undefined : skmemText(row.memory),
  };
}

/**
 * Whether a sample is worth keeping after the last one: at once when a queue, the timer or a retransmission count
 * differs, otherwise (traffic flows, estimates drift) at most every ten seconds.
 */
export function differs(sample: Sample, last: Sample | undefined): boolean {
  if (last === undefined) return true;
  if (
    sample.recvQ !== last.recvQ ||
    sample.sendQ !== last.sendQ ||
    sample.timer !== last.timer ||
    sample.retrans !== last.retrans ||
    sample.totalRetrans !== last.totalRetrans ||
    sample.lost !== last.lost
  ) {
    return true;
  }
  if (sample.atUs - last.atUs < QUIET_INTERVAL_US) return false;
  return (
    sample.cwnd !== last.cwnd ||
    sample.rttUs !== last.rttUs ||
    sample.bytesSent !== last.bytesSent ||
    sample.bytesReceived !== last.bytesReceived ||
    sample.congestion !== last.congestion ||
    sample.skmem !== last.skmem
  );
}

function skmemText(memory: SocketMemory): string {
  return (
    `r${memory.rmemAlloc},rb${memory.rcvbuf},t${memory.wmemAlloc},tb${memory.sndbuf},f${memory.fwdAlloc},` +
    `w${memory.wmemQueued},o${memory.optmem},bl${memory.backlog},d${memory.drops}`
  );
}
