/** What truly happened to one socket, from its opening to its end: what a row of `connections` must say. Wall time, microseconds. */
import { anyAddress, type Family, plainAddress, v4Mapped } from '../../../src/model/address.js';
import { endpoint } from '../../../src/model/four-tuple.js';
import type { CloseReason, Origin } from '../../../src/model/stored-codes.js';
import type { TcpState } from '../../../src/model/tcp-state.js';
import type { Place } from './place.js';

/** Between these two times it happened. The upper one is Infinity until it was seen that it has happened. */
export interface Bounds {
  readonly fromUs: number;
  toUs: number;
}

export interface End {
  readonly address: string;
  readonly port: number;
}

/** A state with the time at which it was entered. */
export interface Entry {
  readonly state: TcpState;
  readonly at: Bounds;
}

/** A descriptor through which a process held the socket, under the name that the process had then. */
export interface Holding {
  readonly pid: number;
  readonly comm: string;
  readonly fd: number;
  readonly from: Bounds;
  to: Bounds | undefined;
}

/** An event that must be recorded of a life: its kind, and how its detail begins. */
export interface ExpectedEvent {
  readonly kind: string;
  readonly detail: string;
}

interface Opening {
  readonly number: number;
  /** Of the story, in which it was opened. */
  readonly step: string;
  readonly place: Place;
  readonly family: Family;
  readonly local: End;
  readonly remote: End;
  readonly origin: Origin;
}

export class TrueLife {
  readonly number: number;
  readonly step: string;
  readonly place: Place;
  readonly family: Family;
  local: End;
  readonly remote: End;
  readonly origin: Origin;
  readonly entries: Entry[] = [];
  readonly holdings: Holding[] = [];
  /** Changes of its owners that only a search of all processes finds: a descriptor that was passed or duplicated, another name. */
  readonly unannounced: Bounds[] = [];
  readonly events: ExpectedEvent[] = [];
  /** The other end, while it lives. */
  peer: TrueLife | undefined;
  /** Of its socket's file; undefined until a process has it. */
  inode: number | undefined;
  /** Data bytes. */
  sent = 0;
  received = 0;
  unread = 0;
  /** Of `sent`: the last bytes, which may have waited in the socket until a RST came. */
  unsureSent = 0;
  /** When data was last transferred; when it was opened, if none was. */
  dataUs = 0;
  reason: CloseReason | undefined;
  /** From when on no process held it, or its full socket was gone: what `ss -p` shows no owner of. */
  heldUntil: Bounds | undefined;
  /** A thread that has it in descriptors of its own, which ss does not look at. */
  thread: { readonly pid: number; readonly comm: string; readonly fd: number } | undefined;
  /** The process that connected or listened, where several held the socket. */
  opener: { readonly pid: number; readonly comm: string; readonly fd: number } | undefined;
  /** It ended with its namespace, or before: in which way is not known. */
  hasPlaceEnded = false;
  /** Who accepted it when it had ended already. */
  lateOwner: { readonly pid: number; readonly comm: string; readonly fd: number } | undefined;
  /** Packets were dropped: how often something was retransmitted is not known. */
  lossy = false;
  /** Its SYN met what was left of an earlier connection, which answers with an ACK that does not fit: it sends a RST, and its SYN again. */
  mayReject = false;
  /** A connect(2) that failed at once: a row for it may be there or not. */
  optional = false;

  constructor({ number, step, place, family, local, remote, origin }: Opening) {
    this.number = number;
    this.step = step;
    this.place = place;
    this.family = family;
    this.local = local;
    this.remote = remote;
    this.origin = origin;
  }

  get state(): TcpState {
    return this.entries.at(-1)?.state ?? 'UNCONN';
  }

  get opened(): Bounds {
    return this.entries[0]?.at ?? { fromUs: Number.NaN, toUs: Number.NaN };
  }

  /** When its numbers of bytes changed last. */
  get changedUs(): number {
    return Math.max(this.dataUs, this.opened.toUs);
  }

  /** When it ended; undefined while it lives. */
  get ended(): Bounds | undefined {
    const last = this.entries.at(-1);
    return last?.state === 'UNCONN' ? last.at : undefined;
  }

  get isOpen(): boolean {
    return this.entries.length > 0 && this.ended === undefined;
  }

  /** The state before the first entry. */
  get before(): TcpState {
    return this.origin === 'accept' ? 'LISTEN' : 'UNCONN';
  }

  toString(): string {
    const { number, step, local, remote, entries } = this;
    const path = entries.map(({ state }) => state).join(' ');
    return `life ${number} (${step}) ${endpoint(local.address, local.port)} > ${endpoint(remote.address, remote.port)} ${path}`;
  }
}

/** An address as a socket of this family has it. */
export function asFamily(address: string, family: Family): string {
  const plain = plainAddress(address);
  return family === 6 && !plain.includes(':') ? v4Mapped(plain) : plain;
}

/** What a listener has at its other end. */
export function nobody(family: Family): End {
  return { address: anyAddress(family), port: 0 };
}

export function sameEnd(one: End, other: End): boolean {
  return one.address === other.address && one.port === other.port;
}
