/** The connections of a range in compact form, so that lanes are sorted, grouped and drawn without reading the database again. */
import type { LoggedConnection } from '../../model/connection.js';
import type { Interval } from '../../model/interval.js';
import type { Origin } from '../../model/stored-codes.js';
import { NumberList, TextNumbers } from './numbers.js';
import { LAST_ENDING, LAST_TROUBLE } from './paint.js';
import { type PutSegment, putSegments } from './segments.js';

/** A state is a trouble where it lasts so long, microseconds: a SYN is sent again after one second. */
const TROUBLE_US = 1_000_000;

const doubles = () => new NumberList((length) => new Float64Array(length));
const integers = () => new NumberList((length) => new Int32Array(length));
const bytes = () => new NumberList((length) => new Uint8Array(length));

/** Rows are numbered from 0, in no order. */
export class LaneIndex {
  /** The row of each connection, where connections are replaced. */
  private rowOfId: Map<number, number> | undefined;
  /** Rows whose connection has another one, or none any more. */
  private readonly replaced = new Set<number>();
  private knownRanks: Int32Array | undefined;
  private readonly ids = doubles();
  private readonly openedUs = doubles();
  private readonly closedUs = doubles();
  private readonly processes = integers();
  private readonly peers = integers();
  private readonly locals = integers();
  private readonly localPorts = integers();
  private readonly remotePorts = integers();
  private readonly netnses = doubles();
  /** -1: not known. */
  private readonly cgroups = doubles();
  private readonly asks = bytes();
  private readonly firstSegment = integers();
  private readonly segmentFromUs = doubles();
  private readonly segmentToUs = doubles();
  private readonly segmentPaint = bytes();
  private readonly segmentCertainty = bytes();
  /** Names of processes (empty: not known), and addresses. */
  readonly comms = new TextNumbers();
  readonly addresses = new TextNumbers();

  get count(): number {
    return this.ids.length;
  }

  /** How many rows were replaced. */
  get replacedCount(): number {
    return this.replaced.size;
  }

  isReplaced(row: number): boolean {
    return this.replaced.has(row);
  }

  /** Adds a connection, or what it has become. */
  put(connection: LoggedConnection): void {
    this.remove(connection.id);
    this.rowOfId?.set(connection.id, this.count);
    this.add(connection);
  }

  /** Removes a connection, if it is there. */
  remove(id: number): void {
    this.rowOfId ??= new Map(Array.from({ length: this.count }, (_, row) => [this.id(row), row]));
    const known = this.rowOfId.get(id);
    if (known === undefined) return;
    this.replaced.add(known);
    this.rowOfId.delete(id);
  }

  /** Adds a connection that is not known yet. */
  add(connection: LoggedConnection): void {
    this.knownRanks = undefined;
    const { id, openedUs, closedUs, comm, tuple, netns, cgroup, origin } = connection;
    this.ids.push(id);
    this.openedUs.push(openedUs);
    this.closedUs.push(closedUs ?? Number.POSITIVE_INFINITY);
    this.processes.push(this.comms.of(comm ?? ''));
    this.peers.push(this.addresses.of(tuple.remoteAddr));
    this.locals.push(this.addresses.of(tuple.localAddr));
    this.localPorts.push(tuple.localPort);
    this.remotePorts.push(tuple.remotePort);
    this.netnses.push(netns);
    this.cgroups.push(cgroup ?? -1);
    this.asks.push(Number(isAsker(origin, tuple)));
    this.firstSegment.push(this.segmentFromUs.length);
    putSegments(connection, this.putSegment);
  }

  private readonly putSegment: PutSegment = (fromUs, toUs, paint, certainty) => {
    this.segmentFromUs.push(fromUs);
    this.segmentToUs.push(toUs);
    this.segmentPaint.push(paint);
    this.segmentCertainty.push(certainty);
  };

  id(row: number): number {
    return this.ids.at(row);
  }

  opened(row: number): number {
    return this.openedUs.at(row);
  }

  /** Infinite while it is open. */
  closed(row: number): number {
    return this.closedUs.at(row);
  }

  comm(row: number): number {
    return this.processes.at(row);
  }

  peer(row: number): number {
    return this.peers.at(row);
  }

  local(row: number): number {
    return this.locals.at(row);
  }

  localPort(row: number): number {
    return this.localPorts.at(row);
  }

  remotePort(row: number): number {
    return this.remotePorts.at(row);
  }

  netns(row: number): number {
    return this.netnses.at(row);
  }

  cgroup(row: number): number | undefined {
    const id = this.cgroups.at(row);
    return id < 0 ? undefined : id;
  }

  /** Its service is at the other end. */
  isAsker(row: number): boolean {
    return this.asks.at(row) === 1;
  }

  /** Of each row, its place in the order of openings. */
  get ranks(): Int32Array {
    if (this.knownRanks !== undefined) return this.knownRanks;
    const order = Int32Array.from({ length: this.count }, (_, row) => row);
    order.sort((one, other) => this.opened(one) - this.opened(other) || this.id(one) - this.id(other));
    const ranks = new Int32Array(this.count);
    for (let rank = 0; rank < order.length; rank++) ranks[order[rank] ?? 0] = rank;
    this.knownRanks = ranks;
    return ranks;
  }

  /** Passes on the parts of a lane. */
  segments(row: number, put: PutSegment): void {
    const end = this.endOfSegments(row);
    for (let at = this.firstSegment.at(row); at < end; at++)
      put(this.segmentFromUs.at(at), this.segmentToUs.at(at), this.segmentPaint.at(at), this.segmentCertainty.at(at));
  }

  private endOfSegments(row: number): number {
    return row + 1 < this.count ? this.firstSegment.at(row + 1) : this.segmentFromUs.length;
  }

  /**
   * The worst trouble of a lane in a range: the paint of its end, or of a state that lasts; undefined: none.
   * @param knownUs up to where the history is known
   */
  trouble(row: number, { fromUs, toUs }: Interval, knownUs: number): number | undefined {
    let worst: number | undefined;
    const end = this.endOfSegments(row);
    for (let at = this.firstSegment.at(row); at < end; at++) {
      const paint = this.segmentPaint.at(at);
      if (paint > LAST_TROUBLE || (worst !== undefined && paint >= worst)) continue;
      const beganUs = this.segmentFromUs.at(at);
      const endedUs = Math.min(this.segmentToUs.at(at), Math.max(beganUs, knownUs));
      if (beganUs > toUs || endedUs < fromUs) continue;
      if (paint <= LAST_ENDING || endedUs - beganUs >= TROUBLE_US) worst = paint;
    }
    return worst;
  }
}

/** The one that connected; where that is not known, the one whose port is the greater. */
function isAsker(origin: Origin, { localPort, remotePort }: LoggedConnection['tuple']): boolean {
  if (origin === 'connect') return true;
  if (origin === 'accept' || origin === 'listen') return false;
  return remotePort > 0 && remotePort < localPort;
}
