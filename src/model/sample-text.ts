/** A sample as a text, where it has no row of its own: JSON of its columns that have a value. */
import { SAMPLE_COLUMNS, type Sample, type SampleRow, SETTING_COLUMNS } from './sample.js';

const TIMES: ReadonlySet<string> = new Set(['connection_id', 'at_us', 'changed_ms', 'due_ms']);
const COLUMNS = [...SAMPLE_COLUMNS, ...SETTING_COLUMNS].filter(({ column }) => !TIMES.has(column));

/** Without its connection and its times. */
export function sampleText(sample: Sample): string {
  const values = COLUMNS.map(({ column, field }) => [column, sample[field]] as const);
  return JSON.stringify(Object.fromEntries(values.filter(([, value]) => value !== undefined)));
}

/** As of `atUs`. @throws Error where the text is damaged */
export function sampleOfText(text: string, atUs: number): SampleRow {
  const values = JSON.parse(text) as Record<string, unknown>;
  const row: Record<string, unknown> = { connection_id: 0, at_us: atUs, changed_ms: 0, due_ms: 0 };
  for (const { column } of COLUMNS) row[column] = values[column] ?? null;
  return row as unknown as SampleRow;
}
