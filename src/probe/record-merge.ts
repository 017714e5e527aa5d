/** Brings the records of all rings into one order of time, and decodes them a slice at a time. */
import type { ConnectEvent, Loss, ProbeEvent } from '../model/probe-event.js';
import { eventOfRecord, type RecordContext } from './event-record.js';
import { packedNs, unpackRun } from './packed-run.js';
import { META, recordNs, recordWords } from './record-layout.js';

/** About as many events are delivered together: of more, what is made of them on their way to the database outlives a scavenge. */
const EVENTS_PER_SLICE = 8_000;

/** Within so much of a hand-over an event may come from both readers. */
export const HAND_OVER_US = 50_000;

/** A part of what was received, in order of time. */
export interface Slice {
  readonly events: readonly ProbeEvent[];
  readonly losses: readonly Loss[];
  /** Nothing before this boot time will come any more. */
  readonly throughBootUs: number;
}

/** Records of one ring in order of time, and how far they are delivered. */
interface Run {
  /** As they came, until the first one is needed. */
  words: Uint32Array;
  packed: boolean;
  /** What it is counted as. */
  readonly bytes: number;
  at: number;
  ns: number;
}

/** A connect(2) of this process that only tests the programs. */
interface OwnConnect {
  readonly address: string;
  /** One that no other process takes at the same time, most likely: a pid would be that of another namespace in a container. */
  readonly port: number;
}

export class RecordMerge {
  /** By the time of their next record: behind a burst there are thousands, and only the first few are under way. */
  private readonly runs: Run[] = [];
  private losses: Loss[] = [];
  private runBytes = 0;
  private passedBytes = 0;
  private ownConnect: OwnConnect | undefined;
  /** Records that another merge has delivered. */
  private delivered: string[] | undefined;

  constructor(
    private readonly context: RecordContext,
    /** What happened before is left out. */
    private startBootUs = 0,
  ) {}

  /** Bytes of the runs that were delivered to their end since the last call. */
  takePassed(): number {
    const bytes = this.passedBytes;
    this.passedBytes = 0;
    return bytes;
  }

  /** Leaves out such connects. The function that it returns checks whether one waits here. */
  leaveOutConnect(own: OwnConnect): () => boolean {
    this.ownConnect = own;
    return () => this.runs.some((run) => holds(wordsOf(run), run.at, this.context, own));
  }

  /** Goes on where another merge ended: what it delivered is left out. The same event has another time in each. */
  continueFrom(bootUs: number, delivered: readonly string[]): void {
    this.startBootUs = bootUs;
    this.delivered = [...delivered];
  }

  /** Bytes of the runs that wait to be delivered, or are under way. */
  get waitingBytes(): number {
    return this.runBytes;
  }

  /** Boot time of the oldest record that waits; undefined: none does. */
  get oldestBootUs(): number | undefined {
    const [first] = this.runs;
    return first === undefined ? undefined : first.ns / 1000;
  }

  /** Takes records that are in order of time, `packed` as by `packRun`; `words` must not change afterwards. */
  add(words: Uint32Array, packed = false): void {
    if (words.length === 0) return;
    const run = { words, packed, bytes: words.byteLength, at: 0, ns: packed ? packedNs(words) : recordNs(words, 0) };
    let at = this.runs.length;
    while (at > 0 && (this.runs[at - 1] as Run).ns > run.ns) at--;
    this.runs.splice(at, 0, run);
    this.runBytes += run.bytes;
  }

  /** These come with the next slice. */
  lose(losses: readonly Loss[]): void {
    this.losses.push(...losses);
  }

  /**
   * Everything before `limitBootUs`, slice by slice. Records of one socket come in the order in which they happened if the limit is a time before the rings
   * were read: on another CPU, the program of the earlier one had ended before the later one began.
   */
  *slices(limitBootUs: number): Generator<Slice> {
    const limitNs = limitBootUs * 1000;
    const startNs = this.startBootUs * 1000;
    let events: ProbeEvent[] = [];
    for (let [run] = this.runs; run !== undefined && run.ns < limitNs; [run] = this.runs) {
      const untilNs = Math.min(limitNs, this.runs[1]?.ns ?? limitNs);
      const words = wordsOf(run);
      do {
        if (run.ns >= startNs) {
          const event = eventOfRecord(words, run.at, this.context);
          if (event !== undefined && !this.isLeftOut(event)) events.push(event);
        }
        this.pass(run);
      } while (run.ns < untilNs && events.length < EVENTS_PER_SLICE);
      this.putBack(run);
      if (events.length >= EVENTS_PER_SLICE) {
        const nextNs = Math.min(limitNs, this.runs[0]?.ns ?? limitNs);
        yield { events, losses: this.takeLosses(), throughBootUs: nextNs / 1000 };
        events = [];
      }
    }
    yield { events, losses: this.takeLosses(), throughBootUs: limitBootUs };
  }

  private isLeftOut(event: ProbeEvent): boolean {
    if (event.kind === 'connect' && isOwn(event, this.ownConnect)) return true;
    const { delivered } = this;
    if (delivered === undefined || event.bootUs >= this.startBootUs + HAND_OVER_US) return false;
    const index = delivered.indexOf(keyOf(event));
    if (index < 0) return false;
    delivered.splice(index, 1);
    return true;
  }

  private takeLosses(): readonly Loss[] {
    const { losses } = this;
    this.losses = [];
    return losses;
  }

  /** Goes on to the next record of a run; after its last one to infinity. */
  private pass(run: Run): void {
    run.at += recordWords(run.words[run.at + META] ?? 0);
    run.ns = run.at < run.words.length ? recordNs(run.words, run.at) : Number.POSITIVE_INFINITY;
  }

  /** Moves the first run to where its next record belongs, or deletes it after its last. */
  private putBack(run: Run): void {
    const { runs } = this;
    if (run.ns === Number.POSITIVE_INFINITY) {
      runs.shift();
      this.passedBytes += run.bytes;
      this.runBytes -= run.bytes;
      return;
    }
    let at = 0;
    for (let next = runs[1]; next !== undefined && next.ns < run.ns; next = runs[at + 1]) runs[at++] = next;
    runs[at] = run;
  }
}

function wordsOf(run: Run): Uint32Array {
  if (run.packed) {
    run.words = unpackRun(run.words);
    run.packed = false;
  }
  return run.words;
}

/** Identifies an event among those of the same milliseconds. */
export function keyOf(event: ProbeEvent): string {
  const { kind, skaddr, netns, tuple } = event;
  const states = event.kind === 'transition' ? [event.oldState, event.newState] : [];
  return JSON.stringify([kind, skaddr, netns, ...states, tuple]);
}

function isOwn(event: ConnectEvent, own: OwnConnect | undefined): boolean {
  const { remoteAddr, remotePort } = event.tuple;
  return own !== undefined && remoteAddr === own.address && remotePort === own.port;
}

/** Whether such a connect is among the records from `from` on. */
function holds(words: Uint32Array, from: number, context: RecordContext, own: OwnConnect): boolean {
  for (let at = from; at < words.length; at += recordWords(words[at + META] ?? 0)) {
    const event = eventOfRecord(words, at, context);
    if (event?.kind === 'connect' && isOwn(event, own)) return true;
  }
  return false;
}
