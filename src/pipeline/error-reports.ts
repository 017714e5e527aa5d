import { anyAddress } from '../model/address.js';
import { type FourTuple, portsAgree, portsOf } from '../model/four-tuple.js';
import type { TrackedSocket } from './tracked-socket.js';

/** The report follows the end within the same function: tcp_done_with_error(), tcp_reset(). Microseconds. */
const REPORTED_WITHIN_US = 10_000;

interface Ended {
  readonly socket: TrackedSocket;
  readonly error: number;
  readonly bootUs: number;
}

/**
 * Connections that ended with an error and whose report of it (sock:inet_sk_error_report) is still to come. The report names neither
 * socket nor network namespace; it comes microseconds after the end, once for each socket that a process holds.
 */
export class ErrorReports {
  private ended: Ended[] = [];
  private readonly soft = new WeakMap<TrackedSocket, number>();

  /** An ICMP error came for its SYN while connect(2) held it, which ended nothing: the program reads it with SO_ERROR and closes it. */
  noteSoft(socket: TrackedSocket, error: number): void {
    this.soft.set(socket, error);
  }

  /** The errno of that error, undefined without one. */
  softErrorOf(socket: TrackedSocket): number | undefined {
    return this.soft.get(socket);
  }

  /** A socket ended with `error` (positive errno) at `bootUs`. */
  expect(socket: TrackedSocket, error: number, bootUs: number): void {
    this.forget(bootUs);
    this.ended.push({ socket, error, bootUs });
  }

  /**
   * Those that a report can be about. One that was disconnected by its own process has no remote port any more, and perhaps no local
   * address (net/ipv4/tcp.c, tcp_disconnect()).
   */
  of(tuple: FourTuple, error: number, bootUs: number): TrackedSocket[] {
    this.forget(bootUs);
    const found: TrackedSocket[] = [];
    for (const { socket, error: expected } of this.ended)
      if (expected === error && isLeftOf(socket.tuple, tuple)) found.push(socket);
    return found;
  }

  /** Its report has come. */
  delete(socket: TrackedSocket): void {
    this.ended = this.ended.filter((each) => each.socket !== socket);
  }

  private forget(bootUs: number): void {
    const since = bootUs - REPORTED_WITHIN_US;
    const kept = this.ended.findIndex((each) => each.bootUs >= since);
    if (kept !== 0) this.ended = kept < 0 ? [] : this.ended.slice(kept);
  }
}

function isLeftOf(known: FourTuple, left: FourTuple): boolean {
  if (!portsAgree(portsOf(known), portsOf(left)) || known.remoteAddr !== left.remoteAddr) return false;
  return known.localAddr === left.localAddr || (left.remotePort === 0 && left.localAddr === anyAddress(left.family));
}
