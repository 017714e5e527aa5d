/** Tells which rows of a dump say something new: a checksum of what matters for each cookie, from one dump to the next. */
import { ATTRIBUTE_INFO } from './inet-diag.js';

const MESSAGE_BYTES = 72;
const TIME_WAIT = 6;

/** Word offsets within struct tcp_info that matter: lost, cwnd, total_retrans, and the low halves of bytes acked and received. */
const INFO_WORDS = [32, 80, 100, 120, 128];

export class ChangeMemory {
  private seen = new Map<number, number>();

  /** One byte a row, 1 where it is new or differs. Forgets the sockets that are not in this dump. */
  compare(view: DataView, starts: readonly number[], ends: readonly number[], cookies: Float64Array): Uint8Array {
    const changed = new Uint8Array(starts.length);
    const seen = new Map<number, number>();
    starts.forEach((start, index) => {
      const cookie = cookies[index] ?? 0;
      const sum = checksum(view, start, ends[index] ?? start);
      if (this.seen.get(cookie) !== sum) changed[index] = 1;
      seen.set(cookie, sum);
    });
    this.seen = seen;
    return changed;
  }
}

/** State, timer kind and retransmits, queues, uid and inode, and a few words of tcp_info; running timers left out. */
function checksum(view: DataView, start: number, end: number): number {
  let sum = mix(view.getUint8(start + 1), view.getUint16(start + 2, true));
  if (view.getUint8(start + 1) === TIME_WAIT) return sum;
  for (let at = start + 56; at < start + MESSAGE_BYTES; at += 4) sum = mix(sum, view.getUint32(at, true));
  for (let at = start + MESSAGE_BYTES; at + 4 <= end; ) {
    const length = view.getUint16(at, true);
    if (length < 4) break;
    if (view.getUint16(at + 2, true) === ATTRIBUTE_INFO) {
      for (const word of INFO_WORDS) if (word + 8 <= length) sum = mix(sum, view.getUint32(at + 4 + word, true));
      break;
    }
    at += (length + 3) & ~3;
  }
  return sum;
}

/** A step of FNV-1a over 32-bit words. */
function mix(sum: number, value: number): number {
  return Math.imul(sum ^ value, 16_777_619) >>> 0;
}
