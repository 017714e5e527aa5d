import type { CloseReason } from '../../model/stored-codes.js';
import type { GroupKey } from './group-key.js';

/** What the connections of a group did in a window. */
export interface RankedGroup {
  readonly key: GroupKey;
  /** How many were opened in the window by connect(2), and by accept(2). */
  readonly connects: number;
  readonly accepts: number;
  /** How many ended in the window otherwise than orderly; a reason that is unknown does not count. */
  readonly failed: number;
  readonly failures: ReadonlyMap<CloseReason, number>;
  /** Payload in the window; undefined: not known of any of them. */
  readonly bytesSent: number | undefined;
  readonly bytesReceived: number | undefined;
  /** Segments. */
  readonly retransmits: number;
  /** From SYN-SENT to ESTAB, where both were observed, microseconds; undefined: of none. */
  readonly connectTime: ConnectTime | undefined;
  /** How many existed at the end of the window, TIME-WAIT not included. */
  readonly open: number;
  /** Of a fleet only. */
  readonly inFleet?: GroupInFleet;
}

/** What a group of a fleet has besides. What is not known is not in the numbers of the group: they are the least then. */
export interface GroupInFleet {
  /** The host of the group; undefined: it is of several. */
  readonly host: string | undefined;
  readonly machine: string | undefined;
  /** The name of its network namespace, where these are the groups. */
  readonly netnsName: string | undefined;
  /** How many hosts have connections of the group. */
  readonly hosts: number;
  /** Connections that the hosts counted and did not send one by one: they are in `connects` and `accepts`. */
  readonly counted: number;
  /** Connections of which the payload in the window is not known. */
  readonly bytesUnknownOf: number;
  readonly retransmitsUnknownOf: number;
  /** Counted ones of hosts that do not send failures. */
  readonly failedUnknownOf: number;
}

export interface ConnectTime {
  /** How many were measured. */
  readonly count: number;
  /** Exact, by the nearest rank: each is a time that was measured. */
  readonly medianUs: number;
  readonly p95Us: number;
}

/** Adds up a group. */
export class GroupTotal {
  connects = 0;
  accepts = 0;
  failed = 0;
  retransmits = 0;
  open = 0;
  private bytesSent: number | undefined;
  private bytesReceived: number | undefined;
  private readonly failures = new Map<CloseReason, number>();
  private readonly connectTimes: number[] = [];

  addFailure(reason: CloseReason): void {
    this.failed++;
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
  }

  addBytes(sent: number | undefined, received: number | undefined): void {
    if (sent !== undefined) this.bytesSent = (this.bytesSent ?? 0) + sent;
    if (received !== undefined) this.bytesReceived = (this.bytesReceived ?? 0) + received;
  }

  addConnectTime(us: number): void {
    this.connectTimes.push(us);
  }

  ranked(key: GroupKey): RankedGroup {
    const { connects, accepts, failed, bytesSent, bytesReceived, retransmits, open } = this;
    const failures = new Map([...this.failures].sort(([, a], [, b]) => b - a));
    return {
      ...{ key, connects, accepts, failed, failures, bytesSent, bytesReceived, retransmits, open },
      connectTime: connectTimeOf(this.connectTimes),
    };
  }
}

function connectTimeOf(times: readonly number[]): ConnectTime | undefined {
  if (times.length === 0) return undefined;
  const sorted = Float64Array.from(times).sort();
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, medianUs: rank(0.5), p95Us: rank(0.95) };
}
