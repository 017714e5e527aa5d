import { bootTimeUs } from '../sys/clock.js';
import type { RecordContext } from './event-record.js';
import { CPU_BITS, NO_CPU, RECORD_FIELDS } from './program.js';
import type { LastPass, RecordOrder } from './record-order.js';

/** How long a line may be on its way through bpftrace's buffers, microseconds: events are held that long for order. */
const LINE_DELAY_US = 500_000;

/**
 * Reads the same records as lines: `E key field ...` in hexadecimal, `P pid name` before the first of a process, and
 * at the end `@n[cpu]: count` for each CPU.
 */
export class TextTransport {
  private readonly names = new Map<number, string>();
  private readonly finalCounts = new Map<number, number>();
  private readonly lines: string[] = [];
  readonly context: RecordContext;

  constructor(resetReason: (code: number) => string | undefined) {
    this.context = { commOf: (pid) => this.names.get(pid) ?? '', resetReason };
  }

  line(text: string): void {
    this.lines.push(text);
  }

  pass(order: RecordOrder): number {
    const lines = this.lines.splice(0);
    for (const line of lines) {
      if (line.startsWith('P ')) this.readName(line);
      else if (line.startsWith('E ')) this.readEvent(line, order);
      else this.readCount(line);
    }
    return lines.length;
  }

  /** How far behind the clock a pass may be believed. */
  get delayUs(): number {
    return LINE_DELAY_US;
  }

  /** Takes the rest; answers the programs' own counts, where bpftrace ended as it was asked to. */
  lastPass(order: RecordOrder): LastPass {
    this.pass(order);
    return { bootUs: bootTimeUs(), counts: this.finalCounts };
  }

  close(): void {
    this.lines.length = 0;
  }

  private readCount(line: string): void {
    const [, cpu, count] = /^@n\[(\d+)\]: (\d+)$/.exec(line) ?? [];
    if (count !== undefined && Number(cpu) !== NO_CPU) this.finalCounts.set(Number(cpu), Number(count));
  }

  private readName(line: string): void {
    const space = line.indexOf(' ', 2);
    const bytes = line
      .slice(space + 1)
      .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    const name = Buffer.from(bytes, 'latin1').toString('utf8');
    const end = name.indexOf('\0');
    this.names.set(Number(line.slice(2, space)), end < 0 ? name : name.slice(0, end));
  }

  private readEvent(line: string, order: RecordOrder): void {
    const [, key = '', ...fields] = line.split(' ');
    if (fields.length !== RECORD_FIELDS) return;
    const words = BigUint64Array.from(fields, (field) => BigInt(`0x${field}`));
    const number = BigInt(`0x${key}`);
    const cpu = Number(BigInt.asUintN(CPU_BITS, number));
    const sequence = Number(number >> BigInt(CPU_BITS));
    order.begin(new Uint32Array(words.buffer));
    order.add(cpu, sequence, 0);
  }
}
