import { basisOf } from '../../fleet/basis.js';
import { reachLine } from '../../fleet/basis-text.js';
import { FleetClient } from '../../fleet/client.js';
import type { Cell } from '../../sql/cell.js';
import { LineOutput } from '../output/line-output.js';
import { say } from '../output/say.js';
import { type AnswerWriter, answerWriter, type Format } from './answer-format.js';

/** A number that JSON has as a text, because a double does not hold all of its kind. */
const WIDE_INTEGER = /^(?:LowCardinality\(|Nullable\()*U?Int(?:64|128|256)\)*$/;

/** Runs statements on the tables of a fleet and shows their answers, one after the other. */
export class FleetQueries {
  private readonly output = new LineOutput(process.stdout);
  private readonly stopping = new AbortController();

  private constructor(
    private readonly fleet: FleetClient,
    private readonly format: Format,
  ) {}

  /** Says up to when the hosts have sent everything. */
  static async open(url: string, format: Format): Promise<FleetQueries> {
    const fleet = await FleetClient.connect('--fleet', url);
    try {
      const nowUs = Date.now() * 1_000;
      say(reachLine(await basisOf(fleet, { fromUs: nowUs, toUs: nowUs })));
      return new FleetQueries(fleet, format);
    } catch (error) {
      await fleet.close();
      throw error;
    }
  }

  /** Shows the answer of one statement; resolves with `stopped` after `stop`. */
  async show(statement: string): Promise<'done' | 'stopped'> {
    const { signal } = this.stopping;
    const sql = statement.trim().replace(/;$/, '');
    let names: readonly string[] | undefined;
    let types: readonly string[] | undefined;
    let writer: AnswerWriter | undefined;
    for await (const batch of this.fleet.table(sql, signal)) {
      const rows = [...batch];
      names ??= rows.shift()?.map(String);
      types ??= rows.shift()?.map(String);
      if (names === undefined || types === undefined) continue;
      writer ??= await answerWriter(this.format, names, this.output);
      const wide = types.map((type) => WIDE_INTEGER.test(type));
      await writer.rows(rows.map((row) => row.map((value, index) => cellOf(value, wide[index] === true))));
      await this.output.flush();
    }
    if (signal.aborted) return 'stopped';
    await writer?.end();
    await this.output.flush();
    return 'done';
  }

  stop(): void {
    this.stopping.abort();
  }

  async close(): Promise<void> {
    await this.fleet.close();
  }
}

/** Lists and tuples as JSON. */
function cellOf(value: unknown, isWide: boolean): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  if (!isWide) return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}
