import { FNV_BASIS, mix } from '../model/fnv.js';
import type { Sample } from '../model/sample.js';

/** Between two samples of a connection whose queues and timers stay as they are, microseconds. */
const QUIET_INTERVAL_US = 10_000_000;

/** What is remembered of a sample: tens of thousands of idle sockets have one each. */
export interface SampleMark {
  readonly atUs: number;
  /** Checksum of what is worth a sample at once. */
  readonly urgent: number;
  /** Checksum of the rest. */
  readonly quiet: number;
}

export function markOf(sample: Sample): SampleMark {
  const { atUs, recvQ, sendQ, timer, retrans, totalRetrans, lost } = sample;
  const { cwnd, rttUs, bytesSent, bytesReceived, congestion, skmem } = sample;
  return {
    atUs,
    urgent: checksum(recvQ, sendQ, timer, retrans, totalRetrans, lost),
    quiet: checksum(cwnd, rttUs, bytesSent, bytesReceived, congestion, skmem),
  };
}

/**
 * Whether a sample is worth keeping after the last one: at once when a queue, the timer or a retransmission count
 * differs, otherwise (traffic flows, estimates drift) at most every ten seconds.
 */
export function differs(mark: SampleMark, last: SampleMark | undefined): boolean {
  if (last === undefined || mark.urgent !== last.urgent) return true;
  return mark.atUs - last.atUs >= QUIET_INTERVAL_US && mark.quiet !== last.quiet;
}

/** Of numbers and texts. */
function checksum(...values: readonly (number | string | undefined)[]): number {
  let sum = FNV_BASIS;
  for (const value of values) {
    if (typeof value === 'string') {
      for (let at = 0; at < value.length; at++) sum = mix(sum, value.charCodeAt(at));
    } else if (value !== undefined) {
      sum = mix(mix(sum, value | 0), (value / 4_294_967_296) | 0);
    }
    sum = mix(sum, value === undefined ? 1 : 2);
  }
  return sum;
}
