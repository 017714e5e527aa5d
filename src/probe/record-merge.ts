/** Brings the records of all rings into one order of time, and decodes them a slice at a time. */
import type { ConnectEvent, Loss, ProbeEvent } from '../model/probe-event.js';
import { eventOfRecord, type RecordContext } from './event-record.js';
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
  readonly words: Uint32Array;
  at: number;
  ns: number;
}

/** A connect(2) of this process that only tests the programs. */
interface OwnConnect {
  readonly pid: number;
  readonly errno: number;
}

export class RecordMerge {
  private runs: Run[] = [];
  private losses: Loss[] = [];
  private passedWords = 0;
  private ownConnect: OwnConnect | undefined;
  /** Records that another merge has delivered. */
  private delivered: string[] | undefined;

  constructor(
    private readonly context: RecordContext,
    /** What happened before is left out. */
    private startBootUs = 0,
  ) {}

  /** Bytes that were delivered since the last call. */
  takePassed(): number {
    const words = this.passedWords;
    this.passedWords = 0;
    return words * 4;
  }

  /** Leaves out such connects; the answer tells whether one is here. */
  leaveOutConnect(pid: number, errno: number): () => boolean {
    const own = { pid, errno };
    this.ownConnect = own;
    return () => this.runs.some(({ words, at }) => holds(words, at, this.context, own));
  }

  /** Goes on where another merge ended: what it delivered is left out. The same event has another time in each. */
  continueFrom(bootUs: number, delivered: readonly string[]): void {
    this.startBootUs = bootUs;
    this.delivered = [...delivered];
  }

  /** Bytes that wait to be delivered. */
  get waitingBytes(): number {
    return this.runs.reduce((sum, { words, at }) => sum + (words.length - at) * 4, 0);
  }

  /** Boot time of the oldest record that waits; undefined: none does. */
  get oldestBootUs(): number | undefined {
    const first = this.earliest()?.ns;
    return first === undefined ? undefined : first / 1000;
  }

  /** Takes records that are in order of time; `words` must not change afterwards. */
  add(words: Uint32Array): void {
    if (words.length > 0) this.runs.push({ words, at: 0, ns: recordNs(words, 0) });
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
    for (let run = this.earliest(); run !== undefined && run.ns < limitNs; run = this.earliest()) {
      const untilNs = Math.min(limitNs, this.earliestBut(run));
      do {
        if (run.ns >= startNs) {
          const event = eventOfRecord(run.words, run.at, this.context);
          if (event !== undefined && !this.isLeftOut(event)) events.push(event);
        }
        this.passedWords += advance(run);
      } while (run.ns < untilNs && events.length < EVENTS_PER_SLICE);
      if (run.at >= run.words.length) this.runs = this.runs.filter((other) => other !== run);
      if (events.length >= EVENTS_PER_SLICE) {
        const nextNs = Math.min(limitNs, this.earliest()?.ns ?? limitNs);
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

  private earliest(): Run | undefined {
    let first: Run | undefined;
    for (const run of this.runs) if (first === undefined || run.ns < first.ns) first = run;
    return first;
  }

  private earliestBut(one: Run): number {
    let ns = Number.POSITIVE_INFINITY;
    for (const run of this.runs) if (run !== one && run.ns < ns) ns = run.ns;
    return ns;
  }
}

/** What tells an event from the others that happen within milliseconds. */
export function keyOf(event: ProbeEvent): string {
  const { kind, skaddr, netns, tuple } = event;
  const states = event.kind === 'transition' ? [event.oldState, event.newState] : [];
  return JSON.stringify([kind, skaddr, netns, ...states, tuple]);
}

function isOwn(event: ConnectEvent, own: OwnConnect | undefined): boolean {
  return own !== undefined && event.task.pid === own.pid && event.result === -own.errno;
}

/** Whether such a connect is among the records from `from` on. */
function holds(words: Uint32Array, from: number, context: RecordContext, own: OwnConnect): boolean {
  for (let at = from; at < words.length; at += recordWords(words[at + META] ?? 0)) {
    const event = eventOfRecord(words, at, context);
    if (event?.kind === 'connect' && isOwn(event, own)) return true;
  }
  return false;
}

/** Goes on to the next record; answers the words of this one. */
function advance(run: Run): number {
  const words = recordWords(run.words[run.at + META] ?? 0);
  run.at += words;
  run.ns = run.at < run.words.length ? recordNs(run.words, run.at) : Number.POSITIVE_INFINITY;
  return words;
}
