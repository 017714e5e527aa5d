/** Which rows of a dump are new or differ: a checksum of what matters for each socket, from one dump to the next. */
import { FNV_BASIS, mix } from '../model/fnv.js';
import { codeOfState, maskOfStates } from '../model/tcp-state.js';
import { u64 } from '../model/uint64.js';
import { CookieList } from './cookie-list.js';
import { AT, ATTRIBUTE, ATTRIBUTE_HEADER, ATTRIBUTE_TYPE, DIAG_MESSAGE_BYTES } from './inet-diag-msg.js';
import { endOfMessage } from './netlink-messages.js';
import { TCP_INFO_BYTES } from './tcp-info-layout.js';

/** A timer that expires so much later than before was restarted, by a late FIN. */
const RESTARTED_MS = 250;

const TIME_WAIT = codeOfState('TIME-WAIT');
/** States that a timer may end without an event. */
const FLEETING = maskOfStates(['TIME-WAIT', 'FIN-WAIT-2', 'SYN-RECV']);

/**
 * Offsets in struct tcp_info of the words that count: lost, rcv_ssthresh, rtt, snd_cwnd, total_retrans, the lower halves of max_pacing_rate,
 * bytes_acked and bytes_received, segs_out, segs_in. Nothing else changes without one of them, but what runs with the time.
 */
const INFO_WORDS = [32, 64, 68, 80, 100, 112, 120, 128, 136, 140];

/** By attribute: 1 for tcp_info, 2 for those that count as a whole, which are short: what was set, and socket memory. */
const COUNTS = new Uint8Array(64);
COUNTS[ATTRIBUTE.info] = 1;
for (const type of ['skmem', 'tos', 'tclass', 'shutdown', 'mark', 'classId', 'sockopt', 'congestion'] as const) {
  COUNTS[ATTRIBUTE[type]] = 2;
}

/** Bits of what is known of a socket. */
const WAITS = 1;
const WANTED = 2;

/** Receives the inodes of sockets that appear and disappear; a socket without a file has none. */
export interface InodeBook {
  add(inode: number): unknown;
  delete(inode: number): unknown;
  /** Its owners are wanted, though it has neither appeared nor disappeared. */
  want?(inode: number): unknown;
}

/**
 * The sockets of the last dump of a network namespace. A dump is compared row by row while it is received: `begin`, `differs` for
 * each row, `end`. It costs 30 bytes a socket, and no object.
 */
export class ChangeMemory {
  /**
   * The cookies, those of TIME-WAITs negative: a full socket that its process connects again has the same cookie as the TIME-WAIT of its last
   * connection (net/ipv4/inet_timewait_sock.c, inet_twsk_alloc()).
   */
  private readonly list = new CookieList();
  /** Parallel to the list: a checksum, or of a TIME-WAIT when its timer is due, milliseconds: nothing else of it changes. */
  private sums = new Int32Array(this.list.room);
  private inodes = new Uint32Array(this.list.room);
  /** The number of the last dump that had it. */
  private dumps = new Int32Array(this.list.room);
  private flags = new Uint8Array(this.list.room);
  private dump = 0;
  /** The index of the row before. */
  private last = -1;
  private rows = 0;
  private passing = 0;
  private waiting = 0;
  private withoutTimeWait = false;
  private nowMs = 0;

  constructor(private readonly book?: InodeBook) {}

  /**
   * A dump begins.
   * @param withoutTimeWait it will not have the TIME-WAITs: they are remembered
   * @param nowMs the time of the dump, on a clock that only runs forward
   */
  begin(withoutTimeWait = false, nowMs = performance.now()): void {
    this.dump = (this.dump + 1) | 0;
    this.rows = 0;
    this.passing = 0;
    this.last = -1;
    this.withoutTimeWait = withoutTimeWait;
    this.nowMs = nowMs;
  }

  /** Whether a row of the dump is new or differs, or was asked for. */
  differs(view: DataView, start: number): boolean {
    const state = view.getUint8(start + AT.state);
    const waits = state === TIME_WAIT;
    if ((1 << state) & FLEETING) this.passing++;
    const cookie = u64(view, start + AT.cookie);
    const key = waits ? -cookie : cookie;
    let index = this.list.findNear(key, this.last + 1);
    const isNew = index < 0;
    if (isNew) index = this.add(key);
    this.last = index;
    if (isNew && waits) this.waiting++;
    if (isNew || this.dumps[index] !== this.dump) this.rows++;
    this.dumps[index] = this.dump;
    this.noteInode(index, view.getUint32(start + AT.inode, true));
    const known = this.sums[index] ?? 0;
    const sum = waits ? this.dueMs(view, start, !isNew, known) : checksum(view, start);
    const isWanted = ((this.flags[index] ?? 0) & WANTED) !== 0;
    this.sums[index] = sum;
    this.flags[index] = waits ? WAITS : 0;
    return isNew || sum !== known || isWanted;
  }

  /**
   * The dump is complete: forgets the sockets that it did not have, and returns their cookies, of TIME-WAITs negative: also of a full socket in
   * whose place the dump has a TIME-WAIT.
   */
  end(): Float64Array<ArrayBuffer> {
    const gone: number[] = [];
    for (let index = this.list.size - 1; index >= 0; index--) {
      if (this.dumps[index] === this.dump) continue;
      if (this.withoutTimeWait && (this.flags[index] ?? 0) & WAITS) continue;
      gone.push(this.list.at(index));
      this.remove(index);
    }
    return Float64Array.from(gone);
  }

  /** Forgets all sockets. */
  clear(): void {
    while (this.list.size > 0) this.remove(this.list.size - 1);
  }

  /** The next dump brings this socket's row in any case. */
  want(cookie: number): void {
    for (const key of [cookie, -cookie]) {
      const index = this.list.find(key);
      if (index >= 0) this.flags[index] = (this.flags[index] ?? 0) | WANTED;
    }
  }

  /** The owners of this socket are wanted. */
  wantOwners(cookie: number): void {
    const index = this.list.find(cookie);
    if (index >= 0) this.book?.want?.(this.inodes[index] ?? 0);
  }

  /** The inodes of the sockets whose inodes are among these, by cookie: subflows of MPTCP have the inode of their connection. */
  cookiesOf(inodes: { has(inode: number): boolean }): Map<number, number> {
    const found = new Map<number, number>();
    for (let index = 0; index < this.list.size; index++) {
      const inode = this.inodes[index] ?? 0;
      if (inode !== 0 && inodes.has(inode)) found.set(this.list.at(index), inode);
    }
    return found;
  }

  /** How many sockets the dump has had so far. */
  get count(): number {
    return this.rows;
  }

  /** How many of them may end without an event. */
  get fleeting(): number {
    return this.passing;
  }

  /** How many TIME-WAITs the last dump had that was taken with them. */
  get timeWaits(): number {
    return this.waiting;
  }

  /** When the timer of a TIME-WAIT is due: as it was known, unless it was restarted. The number wraps around after 49 days. */
  private dueMs(view: DataView, start: number, isKnown: boolean, knownMs: number): number {
    const leftMs = view.getUint32(start + AT.expires, true);
    const dueMs = (this.nowMs + leftMs) | 0;
    // One that is overdue has nothing left for up to some seconds.
    return isKnown && (leftMs === 0 || ((dueMs - knownMs) | 0) <= RESTARTED_MS) ? knownMs : dueMs;
  }

  private noteInode(index: number, inode: number): void {
    const known = this.inodes[index] ?? 0;
    if (known === inode) return;
    if (known !== 0) this.book?.delete(known);
    if (inode !== 0) this.book?.add(inode);
    this.inodes[index] = inode;
  }

  private add(key: number): number {
    const index = this.list.size;
    this.list.add(key);
    if (this.list.room > this.sums.length) this.grow(this.list.room);
    this.inodes[index] = 0;
    this.flags[index] = 0;
    return index;
  }

  private remove(index: number): void {
    const last = this.list.size - 1;
    this.noteInode(index, 0);
    if ((this.flags[index] ?? 0) & WAITS) this.waiting--;
    this.list.removeAt(index);
    for (const column of [this.sums, this.inodes, this.dumps, this.flags]) column[index] = column[last] ?? 0;
  }

  private grow(room: number): void {
    const { sums, inodes, dumps, flags } = this;
    this.sums = new Int32Array(room);
    this.sums.set(sums);
    this.inodes = new Uint32Array(room);
    this.inodes.set(inodes);
    this.dumps = new Int32Array(room);
    this.dumps.set(dumps);
    this.flags = new Uint8Array(room);
    this.flags.set(flags);
  }
}

/** State, timer kind and retransmits (two bytes that follow each other), interface, queues, uid and inode, and the attributes; running timers left out. */
function checksum(view: DataView, start: number): number {
  const state = view.getUint8(start + AT.state);
  let sum = mix(mix(FNV_BASIS, state), view.getUint16(start + AT.timer, true));
  sum = mix(sum, view.getUint32(start + AT.interface, true));
  for (let at = start + AT.recvQ; at < start + DIAG_MESSAGE_BYTES; at += 4) sum = mix(sum, view.getUint32(at, true));
  const end = endOfMessage(view, start);
  for (let at = start + DIAG_MESSAGE_BYTES; at + ATTRIBUTE_HEADER <= end; ) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER || at + length > end) break;
    const type = view.getUint16(at + 2, true) & ATTRIBUTE_TYPE;
    const counts = COUNTS[type];
    if (counts === 1) sum = sumOfInfo(sum, view, at + ATTRIBUTE_HEADER, length - ATTRIBUTE_HEADER);
    else if (counts === 2) sum = sumOfBytes(sum, view, at + ATTRIBUTE_HEADER, at + length);
    at += (length + 3) & ~3;
  }
  return sum;
}

function sumOfInfo(before: number, view: DataView, at: number, length: number): number {
  let sum = before;
  if (length < TCP_INFO_BYTES) return sum;
  for (const word of INFO_WORDS) if (word + 4 <= length) sum = mix(sum, view.getUint32(at + word, true));
  return sum;
}

function sumOfBytes(before: number, view: DataView, from: number, end: number): number {
  let sum = before;
  let at = from;
  for (; at + 4 <= end; at += 4) sum = mix(sum, view.getUint32(at, true));
  for (; at < end; at++) sum = mix(sum, view.getUint8(at));
  return sum;
}
