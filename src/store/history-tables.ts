/** The tables that store a history's rows field by field: the column `connection_id` is the field `connectionId`. */
import type Database from 'better-sqlite3';
import { damaged } from '../model/error.js';
import type { RowKind, RowKinds } from '../model/history-rows.js';
import type { ClockStep } from '../model/run.js';
import type { Value } from './bulk-insert.js';

/** All kinds except connections, which the table `socket` holds. */
export type PlainKind = Exclude<RowKind, 'connection'>;

export const HISTORY_TABLES: Readonly<Record<PlainKind, string>> = {
  run: 'runs',
  cgroup: 'cgroup',
  owner: 'owner',
  event: 'events',
  /** A view: SampleTable writes what is behind it. */
  sample: 'whole_sample',
  snapshot: 'snapshots',
  gap: 'gaps',
  name: 'names',
  pruning: 'prunings',
  namespace: 'namespaces',
  thread: 'threads',
  sockstat: 'sockstat',
  bound: 'bound',
  timewaits: 'timewaits',
};

interface Conversion {
  readonly toField: (value: Value) => unknown;
  readonly toColumn: (field: unknown) => Value;
}

/** NULL is undefined. */
const UNCHANGED: Conversion = {
  toField: (value) => value ?? undefined,
  toColumn: (field) => (field as Value | undefined) ?? null,
};

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  clock_steps: {
    toField: (value) => clockStepsOf(String(value)),
    toColumn: (field) =>
      JSON.stringify((field as readonly ClockStep[]).map(({ atUs, stepUs }) => ({ at_us: atUs, step_us: stepUs }))),
  },
  complete: { toField: (value) => value !== 0, toColumn: (field) => (field === false ? 0 : 1) },
  own_files: { toField: (value) => value !== 0, toColumn: (field) => (field === true ? 1 : 0) },
  owners: { toField: (value) => value !== 0, toColumn: (field) => (field === true ? 1 : 0) },
  /** Of an owner; a thread always has one. */
  tid: {
    toField: (value) => (value === 0 ? undefined : value),
    toColumn: (field) => (field as number | undefined) ?? 0,
  },
};

function clockStepsOf(text: string): ClockStep[] {
  try {
    return (JSON.parse(text) as { at_us: number; step_us: number }[]).map(
      ({ at_us, step_us }): ClockStep => ({ atUs: at_us, stepUs: step_us }),
    );
  } catch (cause) {
    throw damaged(`"${text.slice(0, 40)}" as the clock steps of a run`, cause);
  }
}

function fieldOf(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The rows of a kind that fulfil a condition, which calls the table `v`. */
export function* plainRows<Kind extends PlainKind>(
  database: Database.Database,
  kind: Kind,
  where: string,
  params: Readonly<Record<string, string | number>> = {},
): Generator<RowKinds[Kind], void, undefined> {
  const statement = database.prepare(`SELECT v.* FROM ${HISTORY_TABLES[kind]} v WHERE ${where}`);
  const rowOf = rowOfValues<Kind>(statement.columns().map(({ name }) => name));
  for (const values of statement.raw().iterate(params)) yield rowOf(values as Value[]);
}

/** A function that makes a row from the values of these columns. */
function rowOfValues<Kind extends PlainKind>(columns: readonly string[]): (values: Value[]) => RowKinds[Kind] {
  const fields = columns.map((column) => [fieldOf(column), (CONVERSIONS[column] ?? UNCHANGED).toField] as const);
  return (values) => {
    const row: Record<string, unknown> = {};
    for (const [index, [field, toField]] of fields.entries()) row[field] = toField(values[index] ?? null);
    return row as unknown as RowKinds[Kind];
  };
}

/** Functions that return a row's value of each of these columns. */
export function columnValues<Kind extends PlainKind>(columns: readonly string[]): ((row: RowKinds[Kind]) => Value)[] {
  return columns.map((column) => {
    const field = fieldOf(column) as keyof RowKinds[Kind];
    const { toColumn } = CONVERSIONS[column] ?? UNCHANGED;
    return (row) => toColumn(row[field]);
  });
}
