/** Packets of a Perfetto trace: events on tracks, with their names and categories interned. */
import protobuf, { type Writer } from 'protobufjs/minimal.js';
import {
  CLOCK,
  CLOCK_ID,
  CLOCK_SNAPSHOT,
  COUNTER_DESCRIPTOR,
  DEBUG_ANNOTATION,
  EVENT_TYPE,
  INTERNED,
  INTERNED_DATA,
  PACKET,
  PROCESS_DESCRIPTOR,
  SEQUENCE,
  TRACE,
  TRACK_DESCRIPTOR,
  TRACK_EVENT,
  UNIT_COUNT,
} from './fields.js';

const VARINT = 0;
const LENGTH_DELIMITED = 2;
/** All packets are one sequence: the ids of interned names hold for all of them. */
const SEQUENCE_ID = 1;
/** Of each kind. A name beyond it is written out, so that a damaged or hostile history does not fill memory. */
const MOST_INTERNED = 1_000;

/** Key and value pairs that the UI shows beside an event; undefined ones are left out. Integers, flags and texts. */
export type Annotations = Readonly<Record<string, string | number | boolean | undefined>>;

export interface TrackEvent {
  readonly track: number;
  /** Microseconds since the epoch. */
  readonly atUs: number;
  readonly type: keyof typeof EVENT_TYPE;
  readonly name?: string;
  readonly category?: string;
  /** The keys are few, and known. */
  readonly annotations?: Annotations;
  /** Of a counter. */
  readonly value?: number;
}

export interface Track {
  /** At most 2^53, and not 0. */
  readonly uuid: number;
  readonly name: string;
  readonly parent?: number | undefined;
  readonly process?: { readonly pid: number; readonly name: string | undefined } | undefined;
  readonly counter?: boolean;
}

/** Encodes packets one after the other; `take` returns those since the last call. */
export class PacketWriter {
  private writer: Writer = protobuf.Writer.create();
  private readonly names = new InternedNames(INTERNED_DATA.eventNames);
  private readonly categories = new InternedNames(INTERNED_DATA.eventCategories);
  private readonly annotationNames = new InternedNames(INTERNED_DATA.debugAnnotationNames);

  /** Bytes that wait to be taken. */
  get size(): number {
    return this.writer.len;
  }

  take(): Uint8Array {
    const bytes = this.writer.finish();
    this.writer = protobuf.Writer.create();
    return bytes;
  }

  /** The first packet: timestamps are wall time. `clockOffsetUs`: wall time less boot time, for traces of the same host. */
  begin(atUs: number, clockOffsetUs: number): void {
    this.packet(SEQUENCE.incrementalStateCleared, () => {
      this.message(PACKET.tracePacketDefaults, () => this.integer(PACKET.timestampClockId, CLOCK_ID.realtime));
      this.message(PACKET.clockSnapshot, () => {
        this.clock(CLOCK_ID.realtime, atUs);
        this.clock(CLOCK_ID.boottime, Math.max(0, atUs - clockOffsetUs));
        this.integer(CLOCK_SNAPSHOT.primaryTraceClock, CLOCK_ID.realtime);
      });
    });
  }

  track({ uuid, name, parent, process, counter = false }: Track): void {
    this.packet(SEQUENCE.needsIncrementalState, () => {
      this.message(PACKET.trackDescriptor, () => {
        this.long(TRACK_DESCRIPTOR.uuid, uuid);
        this.text(TRACK_DESCRIPTOR.name, name);
        if (parent !== undefined) this.long(TRACK_DESCRIPTOR.parentUuid, parent);
        if (process !== undefined) this.process(process);
        if (counter) {
          this.message(TRACK_DESCRIPTOR.counter, () => this.integer(COUNTER_DESCRIPTOR.unit, UNIT_COUNT));
        }
      });
    });
  }

  event({ track, atUs, type, name, category, annotations = {}, value }: TrackEvent): void {
    this.packet(SEQUENCE.needsIncrementalState, () => {
      this.nanoseconds(PACKET.timestamp, atUs);
      this.message(PACKET.trackEvent, () => {
        this.integer(TRACK_EVENT.type, EVENT_TYPE[type]);
        this.long(TRACK_EVENT.trackUuid, track);
        if (name !== undefined) this.name(name);
        const categoryId = category === undefined ? undefined : this.categories.idOf(category);
        if (categoryId !== undefined) this.integer(TRACK_EVENT.categoryIids, categoryId);
        if (value !== undefined) this.long(TRACK_EVENT.counterValue, value);
        for (const [key, content] of Object.entries(annotations)) this.annotation(key, content);
      });
      this.internNew();
    });
  }

  private name(name: string): void {
    const id = this.names.idOf(name);
    if (id === undefined) this.text(TRACK_EVENT.name, name);
    else this.integer(TRACK_EVENT.nameIid, id);
  }

  private annotation(key: string, content: string | number | boolean | undefined): void {
    if (content === undefined) return;
    const id = this.annotationNames.idOf(key);
    if (id === undefined) return;
    this.message(TRACK_EVENT.debugAnnotations, () => {
      this.integer(DEBUG_ANNOTATION.nameIid, id);
      if (typeof content === 'string') this.text(DEBUG_ANNOTATION.stringValue, content);
      else if (typeof content === 'number') this.long(DEBUG_ANNOTATION.intValue, content);
      else this.integer(DEBUG_ANNOTATION.boolValue, Number(content));
    });
  }

  /** A packet has the names that it is the first to refer to. */
  private internNew(): void {
    const tables = [this.names, this.categories, this.annotationNames];
    if (tables.every((table) => table.fresh.length === 0)) return;
    this.message(PACKET.internedData, () => {
      for (const table of tables) {
        for (const { id, name } of table.takeFresh()) {
          this.message(table.field, () => {
            this.integer(INTERNED.iid, id);
            this.text(INTERNED.name, name);
          });
        }
      }
    });
  }

  private process({ pid, name }: NonNullable<Track['process']>): void {
    this.message(TRACK_DESCRIPTOR.process, () => {
      this.integer(PROCESS_DESCRIPTOR.pid, pid);
      if (name !== undefined) this.text(PROCESS_DESCRIPTOR.processName, name);
    });
  }

  private clock(id: number, atUs: number): void {
    this.message(CLOCK_SNAPSHOT.clocks, () => {
      this.integer(CLOCK.clockId, id);
      this.nanoseconds(CLOCK.timestamp, atUs);
    });
  }

  private packet(flags: number, write: () => void): void {
    this.message(TRACE.packet, () => {
      this.integer(PACKET.trustedPacketSequenceId, SEQUENCE_ID);
      this.integer(PACKET.sequenceFlags, flags);
      write();
    });
  }

  private message(field: number, write: () => void): void {
    this.writer.uint32((field << 3) | LENGTH_DELIMITED).fork();
    write();
    this.writer.ldelim();
  }

  private text(field: number, text: string): void {
    this.writer.uint32((field << 3) | LENGTH_DELIMITED).string(text);
  }

  private integer(field: number, value: number): void {
    this.writer.uint32((field << 3) | VARINT).uint32(value);
  }

  private long(field: number, value: number): void {
    this.writer.uint32((field << 3) | VARINT).int64(value);
  }

  /** Nanoseconds since the epoch are more than a double holds: they are multiplied in two halves. */
  private nanoseconds(field: number, us: number): void {
    const whole = Math.max(0, Math.round(us));
    const low = (whole % 2 ** 32) * 1_000;
    const high = Math.floor(whole / 2 ** 32) * 1_000 + Math.floor(low / 2 ** 32);
    this.writer.uint32((field << 3) | VARINT).uint64({ low: low | 0, high: high | 0, unsigned: true });
  }
}

/** The ids of names of one kind, and those that the trace does not have yet. */
class InternedNames {
  private readonly ids = new Map<string, number>();
  fresh: { readonly id: number; readonly name: string }[] = [];

  constructor(readonly field: number) {}

  /** From 1 on; undefined: there are too many. */
  idOf(name: string): number | undefined {
    const known = this.ids.get(name);
    if (known !== undefined || this.ids.size >= MOST_INTERNED) return known;
    const id = this.ids.size + 1;
    this.ids.set(name, id);
    this.fresh.push({ id, name });
    return id;
  }

  takeFresh(): readonly { readonly id: number; readonly name: string }[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }
}
