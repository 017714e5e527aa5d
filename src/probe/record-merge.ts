/** Brings the records of all rings into one order of time, and decodes them a slice at a time. */
import type { ConnectEvent, Loss, ProbeEvent } from '../model/probe-event.js';
import type { BacklogFile, KeptRun } from './backlog-file.js';
import { eventOfRecord, type RecordContext } from './event-record.js';
import { type PackedFacts, packedFacts, unpackRun } from './packed-run.js';
import { META, recordNs, recordWords } from './record-layout.js';

/** About as many events are delivered together: of more, what is made of them on their way to the database outlives a scavenge. */
const EVENTS_PER_SLICE = 5_000;

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
  /** As they came, until the first one is needed; undefined: the file has them. */
  words: Uint32Array | undefined;
  /** Undefined: they are not packed. */
  packed: PackedFacts | undefined;
  /** What the file has. */
  readonly kept: KeptRun | undefined;
  /** Whether it took no memory until the first one was needed. */
  wasStored: boolean;
  /** What it is counted as. */
  readonly bytes: number;
  at: number;
  ns: number;
}

/** What was delivered to its end, and how much memory less waits, bytes. */
export interface Passed {
  readonly bytes: number;
  readonly memoryBytes: number;
}

/** A connect(2) of this process that only tests the programs. */
interface OwnConnect {
  readonly address: string;
  /** One that no other process takes at the same time, most likely: a pid would be that of another namespace in a container. */
  readonly port: number;
}

const NOTHING: Passed = { bytes: 0, memoryBytes: 0 };

export class RecordMerge {
  /** By the time of their next record: behind a burst there are thousands, and only the first few are under way. */
  private readonly runs: Run[] = [];
  private losses: Loss[] = [];
  private runBytes = 0;
  /** Of these, what the file has. */
  private storedBytes = 0;
  private passed: Passed = NOTHING;
  private ownConnect: OwnConnect | undefined;
  /** Records that another merge has delivered. */
  private delivered: string[] | undefined;

  constructor(
    private readonly context: RecordContext,
    /** What happened before is left out. */
    private start = 0,
    /** Where packed records wait; without one, in memory. */
    private readonly file?: BacklogFile,
  ) {
    file?.onStored((bytes) => {
      this.storedBytes += bytes;
      this.pass(0, bytes);
    });
  }

  /** The boot time at which its records begin. */
  get startBootUs(): number {
    return this.start;
  }

  /** What has changed since the last call. */
  takePassed(): Passed {
    const { passed } = this;
    this.passed = NOTHING;
    return passed;
  }

  /** Leaves out such connects. The function that it returns checks whether one waits here. */
  leaveOutConnect(own: OwnConnect): () => boolean {
    this.ownConnect = own;
    return () =>
      this.runs.some((run) => {
        const words = this.wordsOf(run);
        return words !== undefined && holds(words, run.at, this.context, own);
      });
  }

  /** Goes on where another merge ended: what it delivered is left out. The same event has another time in each. */
  continueFrom(bootUs: number, delivered: readonly string[]): void {
    this.start = bootUs;
    this.delivered = [...delivered];
  }

  /** Bytes of the runs that wait to be delivered, or are under way. */
  get waitingBytes(): number {
    return this.runBytes;
  }

  /** Of these, the ones that take memory. */
  get memoryBytes(): number {
    return this.runBytes - this.storedBytes;
  }

  /** Boot time of the oldest record that waits; undefined: none does. */
  get oldestBootUs(): number | undefined {
    const [first] = this.runs;
    return first === undefined ? undefined : first.ns / 1000;
  }

  /** Takes records that are in order of time, `packed` as by `packRun`; `words` must not change afterwards. */
  add(words: Uint32Array, packed = false): void {
    if (words.length === 0) return;
    const facts = packed ? packedFacts(words) : undefined;
    const kept = packed ? this.file?.put(words) : undefined;
    const run: Run = {
      words: kept === undefined ? words : undefined,
      packed: facts,
      kept,
      wasStored: false,
      bytes: words.byteLength,
      at: 0,
      ns: facts?.firstNs ?? recordNs(words, 0),
    };
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
    const startNs = this.start * 1000;
    let events: ProbeEvent[] = [];
    for (let [run] = this.runs; run !== undefined && run.ns < limitNs; [run] = this.runs) {
      const untilNs = Math.min(limitNs, this.runs[1]?.ns ?? limitNs);
      const words = this.wordsOf(run);
      if (words === undefined) {
        this.loseRun(run);
        continue;
      }
      do {
        if (run.ns >= startNs) {
          const event = eventOfRecord(words, run.at, this.context);
          if (event !== undefined && !this.isLeftOut(event)) events.push(event);
        }
        passRecord(run, words);
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
    if (delivered === undefined || event.bootUs >= this.start + HAND_OVER_US) return false;
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

  private pass(bytes: number, memoryBytes: number): void {
    this.passed = { bytes: this.passed.bytes + bytes, memoryBytes: this.passed.memoryBytes + memoryBytes };
  }

  /** Undefined: the disk does not give them back. */
  private wordsOf(run: Run): Uint32Array | undefined {
    if (run.words === undefined && run.kept !== undefined) {
      run.wasStored = !run.kept.inMemory;
      run.words = run.kept.take();
    }
    if (run.words !== undefined && run.packed !== undefined) {
      run.words = unpackRun(run.words);
      run.packed = undefined;
    }
    return run.words;
  }

  /** The disk does not give the first run back. */
  private loseRun(run: Run): void {
    const { records = 0, firstNs = run.ns, lastNs = run.ns } = run.packed ?? {};
    const [fromBootUs, toBootUs] = [firstNs / 1000, lastNs / 1000];
    this.losses.push({ fromBootUs, toBootUs, cpu: undefined, lost: records, reason: 'overrun' });
    run.ns = Number.POSITIVE_INFINITY;
    this.putBack(run);
  }

  /** Moves the first run to where its next record belongs, or deletes it after its last. */
  private putBack(run: Run): void {
    const { runs } = this;
    if (run.ns === Number.POSITIVE_INFINITY) {
      runs.shift();
      this.runBytes -= run.bytes;
      if (run.wasStored) this.storedBytes -= run.bytes;
      this.pass(run.bytes, run.wasStored ? 0 : run.bytes);
      return;
    }
    let at = 0;
    for (let next = runs[1]; next !== undefined && next.ns < run.ns; next = runs[at + 1]) runs[at++] = next;
    runs[at] = run;
  }
}

/** Goes on to the next record of a run; after its last one to infinity. */
function passRecord(run: Run, words: Uint32Array): void {
  run.at += recordWords(words[run.at + META] ?? 0);
  run.ns = run.at < words.length ? recordNs(words, run.at) : Number.POSITIVE_INFINITY;
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
