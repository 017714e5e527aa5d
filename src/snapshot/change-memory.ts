/** Which rows of a dump are new or differ: a checksum of what matters for each cookie, from one dump to the next. */
import { codeOfState } from '../model/tcp-state.js';
import { AT, ATTRIBUTE, ATTRIBUTE_HEADER, DIAG_MESSAGE_BYTES, findAttribute } from './inet-diag-msg.js';
import { endOfMessage } from './netlink-messages.js';
import { TCP_INFO_BYTES } from './tcp-info.js';

/** A timer that expires so much later than before was restarted, by a late FIN. */
const RESTARTED_MS = 250;

const TIME_WAIT = codeOfState('TIME-WAIT');

/**
 * Offsets in struct tcp_info of the words that count: lost, snd_cwnd, total_retrans, the lower halves of bytes_acked and
 * bytes_received. Segments without bytes (keepalives) change nothing that is kept.
 */
const INFO_WORDS = [32, 80, 100, 120, 128];

const FNV_BASIS = 2_166_136_261;

export class ChangeMemory {
  private seen = new Map<number, number>();
  /** When the timers of TIME-WAITs are due, by cookie, milliseconds: nothing else of them changes. */
  private waiting = new Map<number, number>();

  /**
   * One byte a row, 1 where it is new or differs. Forgets the sockets that are not in this dump, but the TIME-WAITs where it
   * was taken without them.
   * @param nowMs the time of the dump, on a clock that only runs forward
   */
  compare(
    view: DataView,
    starts: readonly number[],
    cookies: Float64Array,
    withoutTimeWait = false,
    nowMs = performance.now(),
  ): Uint8Array<ArrayBuffer> {
    const changed = new Uint8Array(starts.length);
    const seen = new Map<number, number>();
    const waiting = withoutTimeWait ? this.waiting : new Map<number, number>();
    starts.forEach((start, index) => {
      const cookie = cookies[index] ?? 0;
      if (view.getUint8(start + AT.state) === TIME_WAIT) {
        const leftMs = view.getUint32(start + AT.expires, true);
        const dueMs = nowMs + leftMs;
        const knownMs = this.waiting.get(cookie);
        // One that is overdue has nothing left for up to some seconds.
        const isRestarted = knownMs === undefined || (leftMs > 0 && dueMs - knownMs > RESTARTED_MS);
        if (isRestarted) changed[index] = 1;
        waiting.set(cookie, isRestarted ? dueMs : knownMs);
        return;
      }
      const sum = checksum(view, start);
      if (this.seen.get(cookie) !== sum) changed[index] = 1;
      seen.set(cookie, sum);
    });
    this.seen = seen;
    this.waiting = waiting;
    return changed;
  }

  /** Counts a socket as new the next time. */
  forget(cookie: number): void {
    this.seen.delete(cookie);
    this.waiting.delete(cookie);
  }

  /** How many TIME-WAITs the last dump had that was taken with them. */
  get timeWaits(): number {
    return this.waiting.size;
  }
}

/** State, timer kind and retransmits (two bytes that follow each other), queues, uid and inode, and the words of tcp_info; running timers left out. */
function checksum(view: DataView, start: number): number {
  const state = view.getUint8(start + AT.state);
  let sum = mix(mix(FNV_BASIS, state), view.getUint16(start + AT.timer, true));
  for (let at = start + AT.recvQ; at < start + DIAG_MESSAGE_BYTES; at += 4) sum = mix(sum, view.getUint32(at, true));
  const info = findAttribute(
    view,
    start + DIAG_MESSAGE_BYTES,
    endOfMessage(view, start),
    ATTRIBUTE.info,
    TCP_INFO_BYTES,
  );
  if (info === 0) return sum;
  const infoEnd = info - ATTRIBUTE_HEADER + view.getUint16(info - ATTRIBUTE_HEADER, true);
  for (const word of INFO_WORDS) if (info + word + 4 <= infoEnd) sum = mix(sum, view.getUint32(info + word, true));
  return sum;
}

/** A step of FNV-1a over 32-bit words; signed, which V8 keeps without an object. */
function mix(sum: number, value: number): number {
  return Math.imul(sum ^ value, 16_777_619);
}
