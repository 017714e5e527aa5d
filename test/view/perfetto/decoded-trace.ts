/**
 * Reads a trace as Perfetto's trace_processor does, for tests. The field numbers are those of google/perfetto,
 * protos/perfetto/trace/: trace_packet.proto, clock_snapshot.proto, interned_data/interned_data.proto, track_event/*.proto. A packet
 * that trace_processor would drop is an error here.
 */
import { type Fields, fieldsOf, integer, message, messages, text } from './protobuf-fields.js';

export interface DecodedTrack {
  readonly uuid: bigint;
  /** Names from the root on. */
  readonly path: readonly string[];
  readonly pid: number | undefined;
  readonly isCounter: boolean;
}

type Arguments = Readonly<Record<string, string | number | boolean>>;

export interface DecodedSlice {
  readonly track: readonly string[];
  readonly name: string;
  readonly category: string | undefined;
  /** Nanoseconds since the epoch. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
  /** How many slices are around it. */
  readonly depth: number;
  readonly args: Arguments;
}

export interface DecodedTrace {
  readonly tracks: readonly DecodedTrack[];
  readonly slices: readonly DecodedSlice[];
  readonly instants: readonly Omit<DecodedSlice, 'toNs'>[];
  readonly counters: readonly { readonly track: readonly string[]; readonly atNs: bigint; readonly value: number }[];
  readonly clocks: ReadonlyMap<number, bigint>;
  readonly descriptors: number;
}

const CLEARED = 1n;
const NEEDED = 2n;
const REALTIME = 1n;

interface Event {
  readonly type: number;
  readonly track: bigint;
  readonly atNs: bigint;
  readonly name: string | undefined;
  readonly category: string | undefined;
  readonly args: Arguments;
  readonly value: number;
}

export function decodeTrace(bytes: Uint8Array): DecodedTrace {
  return new TraceReader().read(bytes);
}

class TraceReader {
  private readonly names = new Map<bigint, string>();
  private readonly categories = new Map<bigint, string>();
  private readonly keys = new Map<bigint, string>();
  private readonly descriptors = new Map<bigint, Fields>();
  private readonly events: Event[] = [];
  private readonly clocks = new Map<number, bigint>();
  private isValid = false;
  private defaultClock: bigint | undefined;
  private described = 0;

  read(bytes: Uint8Array): DecodedTrace {
    const trace = fieldsOf(bytes);
    for (const field of trace.keys()) if (field !== 1) throw new Error(`field ${field} in a Trace`);
    for (const packet of messages(trace, 1)) this.packet(packet);
    const tracks = [...this.descriptors].map(([uuid, fields]) => ({
      uuid,
      path: this.path(uuid),
      pid: numberOf(message(fields, 3), 1),
      isCounter: fields.has(8),
    }));
    return { tracks, ...this.shown(), clocks: this.clocks, descriptors: this.described };
  }

  private packet(packet: Fields): void {
    if (integer(packet, 10) !== 1n) throw new Error('a packet of another sequence');
    const flags = integer(packet, 13) ?? 0n;
    if ((flags & CLEARED) !== 0n) {
      this.isValid = true;
      for (const interned of [this.names, this.categories, this.keys]) interned.clear();
    }
    if ((flags & NEEDED) !== 0n && !this.isValid) throw new Error('incremental state is used before it is cleared');
    const defaults = message(packet, 59);
    if (defaults !== undefined) this.defaultClock = integer(defaults, 58);
    for (const interned of messages(packet, 12)) this.intern(interned);
    for (const clock of messages(message(packet, 6) ?? new Map(), 1))
      this.clocks.set(Number(integer(clock, 1)), integer(clock, 2) ?? 0n);
    const descriptor = message(packet, 60);
    if (descriptor !== undefined) this.describe(descriptor);
    const event = message(packet, 11);
    if (event === undefined) return;
    if ((flags & NEEDED) === 0n) throw new Error('an event that does not ask for incremental state');
    if ((integer(packet, 58) ?? this.defaultClock) !== REALTIME) throw new Error('an event of another clock');
    this.events.push(this.event(event, integer(packet, 8) ?? 0n));
  }

  private intern(interned: Fields): void {
    for (const [field, names] of [
      [1, this.categories],
      [2, this.names],
      [3, this.keys],
    ] as const) {
      for (const entry of messages(interned, field)) {
        const [iid, name] = [integer(entry, 1) ?? 0n, text(entry, 2) ?? ''];
        if (iid === 0n || names.has(iid)) throw new Error(`interned id ${iid} is invalid, or used twice`);
        names.set(iid, name);
      }
    }
  }

  private describe(descriptor: Fields): void {
    const uuid = integer(descriptor, 1) ?? 0n;
    const parent = integer(descriptor, 5);
    if (uuid === 0n) throw new Error('a track without uuid');
    if (parent !== undefined && !this.descriptors.has(parent)) throw new Error('a track before its parent');
    const known = this.descriptors.get(uuid);
    if (known !== undefined && (text(known, 2) !== text(descriptor, 2) || integer(known, 5) !== parent))
      throw new Error(`two tracks of uuid ${uuid}`);
    this.descriptors.set(uuid, descriptor);
    this.described++;
  }

  private event(event: Fields, atNs: bigint): Event {
    const track = integer(event, 11) ?? 0n;
    if (!this.descriptors.has(track)) throw new Error(`an event on track ${track}, which is not described`);
    return {
      type: Number(integer(event, 9)),
      track,
      atNs,
      name: text(event, 23) ?? interned(this.names, integer(event, 10)),
      category: text(event, 22) ?? interned(this.categories, integer(event, 3)),
      args: Object.fromEntries(messages(event, 4).map((annotation) => this.argument(annotation))),
      value: Number(BigInt.asIntN(64, integer(event, 30) ?? 0n)),
    };
  }

  private argument(annotation: Fields): [string, string | number | boolean] {
    const key = text(annotation, 10) ?? interned(this.keys, integer(annotation, 1)) ?? '';
    const flag = integer(annotation, 2);
    if (flag !== undefined) return [key, flag !== 0n];
    const int = integer(annotation, 4);
    return [key, int === undefined ? (text(annotation, 6) ?? '') : Number(BigInt.asIntN(64, int))];
  }

  /** Events by time, those of the same time in the order of the file. */
  private shown(): Pick<DecodedTrace, 'slices' | 'instants' | 'counters'> {
    const slices: DecodedSlice[] = [];
    const instants: Omit<DecodedSlice, 'toNs'>[] = [];
    const counters: { track: readonly string[]; atNs: bigint; value: number }[] = [];
    const open = new Map<bigint, Omit<DecodedSlice, 'toNs'>[]>();
    const sorted = this.events.toSorted((one, other) => (one.atNs < other.atNs ? -1 : one.atNs > other.atNs ? 1 : 0));
    for (const { type, track: uuid, atNs, name = '', category, args, value } of sorted) {
      const track = this.path(uuid);
      const isCounter = this.descriptors.get(uuid)?.has(8) === true;
      if (isCounter !== (type === 4)) throw new Error(`${track.join(' > ')}: an event of type ${type}`);
      const stack = open.get(uuid) ?? [];
      open.set(uuid, stack);
      const begun = { track, name, category, fromNs: atNs, depth: stack.length, args };
      if (type === 1) stack.push(begun);
      else if (type === 2) {
        const top = stack.pop();
        if (top === undefined) throw new Error(`${track.join(' > ')}: an end without a begin`);
        slices.push({ ...top, toNs: atNs });
      } else if (type === 3) instants.push(begun);
      else counters.push({ track, atNs, value });
    }
    for (const [uuid, stack] of open) if (stack.length > 0) throw new Error(`track ${uuid} has a slice without an end`);
    return { slices, instants, counters };
  }

  private path(uuid: bigint): readonly string[] {
    const fields = this.descriptors.get(uuid);
    if (fields === undefined) throw new Error(`track ${uuid} is not described`);
    const parent = integer(fields, 5);
    return [...(parent === undefined ? [] : this.path(parent)), text(fields, 2) ?? ''];
  }
}

function interned(names: ReadonlyMap<bigint, string>, iid: bigint | undefined): string | undefined {
  if (iid === undefined) return undefined;
  const name = names.get(iid);
  if (name === undefined) throw new Error(`interned id ${iid} is not known`);
  return name;
}

function numberOf(fields: Fields | undefined, field: number): number | undefined {
  const value = fields === undefined ? undefined : integer(fields, field);
  return value === undefined ? undefined : Number(value);
}
