import type { Sample } from '../model/sample.js';

/** Between two samples of a connection whose queues and timers stay as they are, microseconds. */
const QUIET_INTERVAL_US = 10_000_000;

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
