/** The connections of a range in compact form, so that lanes are sorted, grouped and drawn without reading the database again. */
import type { LoggedConnection } from '../../model/connection.js';
import type { Interval } from '../../model/interval.js';
import { closeReasonOfCode } from '../../model/stored-codes.js';
import type { LaneFactValues, LaneValues } from '../../store/lane-columns.js';
import { factValues, LaneFacts } from './lane-facts.js';
import { bytes, doubles, integers, type TextNumbers } from './numbers.js';
import { LAST_ENDING, LAST_TROUBLE } from './paint.js';
import { type PutSegment, putSegments, StoredSegments } from './segments.js';

/** A state is a trouble where it lasts so long, microseconds: a SYN is sent again after one second. */
const TROUBLE_US = 1_000_000;

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
  private readonly firstSegment = integers();
  private readonly segmentFromUs = doubles();
  private readonly segmentToUs = doubles();
  private readonly segmentPaint = bytes();
  private readonly segmentCertainty = bytes();
  private knownFacts: LaneFacts | undefined;

  /** `readFacts`: what lanes are grouped and sorted by, of these connections at least; read when it is needed. */
  constructor(private readonly readFacts: (ids: readonly number[]) => Iterable<LaneFactValues> = () => []) {}

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
    const { id, openedUs, closedUs } = connection;
    this.knownFacts?.put(this.count, factValues(connection));
    this.addTimes(id, openedUs, closedUs);
    putSegments(connection, this.putSegment);
  }

  /** The same of its row, before facts were asked for. */
  addRow([id, openedUs, closedUs, reason, path]: LaneValues): void {
    const end = {
      closedUs: closedUs ?? undefined,
      closeReason: reason === null ? undefined : closeReasonOfCode(reason),
    };
    this.addTimes(id, openedUs, end.closedUs);
    this.stored.put(openedUs, path, end);
  }

  private addTimes(id: number, openedUs: number, closedUs: number | undefined): void {
    this.knownRanks = undefined;
    this.ids.push(id);
    this.openedUs.push(openedUs);
    this.closedUs.push(closedUs ?? Number.POSITIVE_INFINITY);
    this.firstSegment.push(this.segmentFromUs.length);
  }

  /** Reads what lanes are grouped and sorted by, if it is not known yet. */
  get facts(): LaneFacts {
    this.knownFacts ??= this.allFacts();
    return this.knownFacts;
  }

  private allFacts(): LaneFacts {
    const facts = new LaneFacts();
    const rowOf = new Map<number, number>();
    for (let row = 0; row < this.count; row++) if (!this.isReplaced(row)) rowOf.set(this.id(row), row);
    for (const values of this.readFacts([...rowOf.keys()])) {
      const row = rowOf.get(values[0]);
      if (row !== undefined) facts.put(row, values);
    }
    return facts;
  }

  private readonly putSegment: PutSegment = (fromUs, toUs, paint, certainty) => {
    this.segmentFromUs.push(fromUs);
    this.segmentToUs.push(toUs);
    this.segmentPaint.push(paint);
    this.segmentCertainty.push(certainty);
  };
  private readonly stored = new StoredSegments(this.putSegment);

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

  /** Names of processes (empty: not known). */
  get comms(): TextNumbers {
    return this.facts.comms;
  }

  get addresses(): TextNumbers {
    return this.facts.addresses;
  }

  comm(row: number): number {
    return this.facts.processes.at(row);
  }

  peer(row: number): number {
    return this.facts.peers.at(row);
  }

  local(row: number): number {
    return this.facts.locals.at(row);
  }

  localPort(row: number): number {
    return this.facts.localPorts.at(row);
  }

  remotePort(row: number): number {
    return this.facts.remotePorts.at(row);
  }

  netns(row: number): number {
    return this.facts.netnses.at(row);
  }

  cgroup(row: number): number | undefined {
    const id = this.facts.cgroups.at(row);
    return id < 0 ? undefined : id;
  }

  /** Its service is at the other end. */
  isAsker(row: number): boolean {
    return this.facts.asks.at(row) === 1;
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
