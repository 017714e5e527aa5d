import type { Loss, ProbeEvent } from '../model/probe-event.js';
import { EventOrder, type Ordered } from './event-order.js';
import { bootUsOfRecord, eventOfRecord, RECORD_WORDS, type RecordContext } from './event-record.js';

/** About as many events are delivered together: of more, what is made of them on their way to the database outlives a scavenge. */
const EVENTS_PER_SLICE = 8_000;

/** A part of what a pass found. */
export interface Slice {
  readonly events: readonly ProbeEvent[];
  readonly losses: readonly Loss[];
  /** Nothing before this boot time will come any more. */
  readonly throughBootUs: number;
}

/** What the last pass ends with: how many records each CPU had begun, as far as it is known, at a time. */
export interface LastPass {
  readonly bootUs: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** Numbers for the records of one chunk. */
const CHUNK = 2 ** 20;

/** A record of this pass by its number, or the event of an earlier one that waited; undefined: of no known kind. */
type Waiting = number | ProbeEvent | undefined;

/**
 * Sorts records by time, as EventOrder does, and decodes them slice by slice, while they are delivered: a busy
 * host's drain has tens of thousands.
 */
export class RecordOrder {
  private readonly order: EventOrder<Waiting>;
  /** The records of this pass, as they lay in the map. */
  private chunks: Uint32Array[] = [];

  constructor(
    startBootUs: number,
    private readonly context: RecordContext,
  ) {
    this.order = new EventOrder(startBootUs);
  }

  get backlog(): number {
    return this.order.backlog;
  }

  expect(cpu: number, begun: number): number {
    return this.order.expect(cpu, begun);
  }

  missing(cpu: number): number[] {
    return this.order.missing(cpu);
  }

  /** The records that are added next lie in `words`, which must not change afterwards. */
  begin(words: Uint32Array): void {
    this.chunks.push(words);
  }

  /** Takes the record at `index` of the words that were begun. */
  add(cpu: number, sequence: number, index: number): void {
    const chunk = this.chunks.length - 1;
    const bootUs = bootUsOfRecord(this.chunks[chunk] as Uint32Array, index * RECORD_WORDS);
    this.order.add(cpu, sequence, bootUs, chunk * CHUNK + index);
  }

  /** As EventOrder's; its slices are to be run through before the names of processes change. `losses` are known otherwise. */
  endPass(passBootUs: number, losses: readonly Loss[] = []): Iterable<Slice> {
    return this.slices(this.order.endPass(passBootUs), losses);
  }

  /** As EventOrder's. */
  finish({ bootUs, counts }: LastPass, losses: readonly Loss[] = []): Iterable<Slice> {
    return this.slices(this.order.finish(bootUs, counts), losses);
  }

  private slices(ordered: Ordered<Waiting>, losses: readonly Loss[]): Iterable<Slice> {
    const { chunks, context } = this;
    const eventOf = (item: Waiting): ProbeEvent | undefined => {
      if (typeof item !== 'number') return item;
      return eventOfRecord(chunks[Math.floor(item / CHUNK)] as Uint32Array, (item % CHUNK) * RECORD_WORDS, context);
    };
    this.order.replace(eventOf);
    this.chunks = [];
    return slicesOf({ ...ordered, losses: [...ordered.losses, ...losses] }, eventOf);
  }
}

/** Losses come with the first slice; each slice is complete up to where the next one begins. */
function* slicesOf(ordered: Ordered<Waiting>, eventOf: (item: Waiting) => ProbeEvent | undefined): Generator<Slice> {
  const { times, items, throughBootUs } = ordered;
  const slices = Math.max(1, Math.round(items.length / EVENTS_PER_SLICE));
  let { losses } = ordered;
  let from = 0;
  for (let slice = 1; slice <= slices; slice++) {
    const to = Math.floor((items.length * slice) / slices);
    const events: ProbeEvent[] = [];
    for (let at = from; at < to; at++) {
      const event = eventOf(items[at]);
      if (event !== undefined) events.push(event);
    }
    yield { events, losses, throughBootUs: times[to] ?? throughBootUs };
    losses = [];
    from = to;
  }
}
