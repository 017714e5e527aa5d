import { bootTimeUs } from '../sys/clock.js';
import type { Bpftrace } from './bpftrace.js';
import type { RecordContext } from './event-record.js';
import { isRecord, recordNs } from './record-layout.js';
import { RecordMerge } from './record-merge.js';
import type { Arrival, Transport } from './transport.js';

/** How long a line may be on its way through bpftrace's buffers, microseconds: events are held that long for order. */
const LINE_DELAY_US = 500_000;

/**
 * Reads the records as the lines that bpftrace prints, `E field ... .` in hexadecimal. It formats each, and is woken up for each: half as fast as the
 * rings, with losses under load, which it counts itself.
 */
export class TextTransport implements Transport {
  readonly kind = 'text';
  readonly marginUs = LINE_DELAY_US;
  readonly ringBytes = undefined;
  readonly sharedRing = false;
  readonly marksFd = undefined;
  readonly backlogShare = 0;
  readonly merge: RecordMerge;
  private listener: (arrival: Arrival) => void = () => undefined;
  private lines: string[] = [];
  private lost = 0;
  private lastBootUs = bootTimeUs();
  private readonly timer: NodeJS.Timeout;

  constructor(
    context: RecordContext,
    private readonly bpftrace: Bpftrace,
    periodMs: number,
    /** Of what happened before, lines have been printed already. */
    startBootUs = bootTimeUs(),
  ) {
    this.merge = new RecordMerge(context, startBootUs);
    this.timer = setInterval(() => this.request(), periodMs);
    this.timer.unref();
  }

  get ended(): Promise<string> {
    return this.bpftrace.ended.then(() => 'bpftrace has ended');
  }

  /** Takes a line that bpftrace printed. */
  line(text: string): void {
    if (text.startsWith('E ')) this.lines.push(text);
    else this.lost += lostOf(text);
  }

  onArrival(listener: (arrival: Arrival) => void): void {
    this.listener = listener;
  }

  request(): void {
    const fromBootUs = this.lastBootUs;
    const bootUs = bootTimeUs();
    this.lastBootUs = bootUs;
    const records = this.lines.length > 0;
    if (records) this.merge.add(this.runOf(this.lines));
    this.lines = [];
    if (this.lost > 0) {
      const lost = this.lost;
      this.lost = 0;
      this.merge.lose([
        { fromBootUs: fromBootUs - LINE_DELAY_US, toBootUs: bootUs, cpu: undefined, lost, reason: 'overrun' },
      ]);
    }
    this.listener({ bootUs, outgrown: false, records });
  }

  /** It is asked for again and again. */
  wantNews(): void {}

  delivered(): void {
    // Lines have no bounded backlog: bpftrace waits for its reader, and loses.
  }

  limitBacklog(): void {
    // See delivered().
  }

  async stop(): Promise<number> {
    const bootUs = bootTimeUs();
    // On SIGINT bpftrace discards what it has buffered.
    await this.bpftrace.caughtUp();
    await this.bpftrace.stop();
    clearInterval(this.timer);
    this.request();
    return bootUs;
  }

  /** The records of lines, in order of time; what is no record is lost. */
  private runOf(lines: readonly string[]): Uint32Array {
    const records = lines.map(recordOfLine).filter((record) => record !== undefined);
    this.lost += lines.length - records.length;
    records.sort((a, b) => recordNs(a, 0) - recordNs(b, 0));
    const run = new Uint32Array(records.reduce((sum, record) => sum + record.length, 0));
    let at = 0;
    for (const record of records) {
      run.set(record, at);
      at += record.length;
    }
    return run;
  }

  async abandon(): Promise<void> {
    clearInterval(this.timer);
    await this.bpftrace.end();
  }
}

/** What bpftrace says it lost: `Lost 12 events`. */
function lostOf(line: string): number {
  return Number(/\bLost (\d+) events/.exec(line)?.[1] ?? 0);
}

/** The words of the record in a line; undefined: not a record. */
export function recordOfLine(line: string): Uint32Array | undefined {
  if (!line.endsWith(' .')) return undefined;
  const fields = line.slice(2, -2).split(' ');
  if (!fields.every((field) => /^[0-9a-f]{1,16}$/.test(field))) return undefined;
  const words = new Uint32Array(BigUint64Array.from(fields, (field) => BigInt(`0x${field}`)).buffer);
  return isRecord(words, 0, words.length) ? words : undefined;
}
