/** The rows of `sstory diff --json` as lines. */
import { endpoint } from '../../model/four-tuple.js';
import { durationText } from '../../model/time-text.js';
import type { DiffAnswer } from '../../server/contract.js';

type Row = DiffAnswer['rows'][number];

export type ChangeKind = 'appeared' | 'gone' | 'changed';
export const CHANGE_KINDS: readonly ChangeKind[] = ['appeared', 'gone', 'changed'];
export const CHANGE_SIGNS: Readonly<Record<ChangeKind, string>> = { appeared: '+', gone: '−', changed: '∗' };

export interface ChangeLine {
  readonly kind: ChangeKind;
  readonly connectionId: number | undefined;
  /** The last state that is known. */
  readonly state: string;
  readonly states: string;
  readonly ends: string;
  readonly process: string;
  readonly detail: string;
}

/** Rows that are changes; others are gaps. */
export function changeLines({ rows, second_us: secondUs }: Pick<DiffAnswer, 'rows' | 'second_us'>): ChangeLine[] {
  return rows.flatMap((row) => {
    const kind = CHANGE_KINDS.find((each) => each === row['type']);
    return kind === undefined ? [] : [changeLine(row, kind, secondUs)];
  });
}

function changeLine(row: Row, kind: ChangeKind, secondUs: number): ChangeLine {
  const [before, after] = [stateOf(row['before']), stateOf(row['after'])];
  const id = row['connection_id'];
  return {
    kind,
    connectionId: typeof id === 'number' ? id : undefined,
    state: after || before,
    states: before !== '' && after !== '' && before !== after ? `${before} → ${after}` : after || before,
    ends: `${end(row, 'local')} → ${end(row, 'remote')}`,
    process: processOf(row),
    detail: [...detailOf(row, kind, secondUs), ...queues(row)].join('; '),
  };
}

function field(side: unknown, name: string): unknown {
  return typeof side === 'object' && side !== null ? (side as Readonly<Record<string, unknown>>)[name] : undefined;
}

function stateOf(side: unknown): string {
  const state = field(side, 'state');
  return typeof state === 'string' ? state : '';
}

function end(row: Row, name: 'local' | 'remote'): string {
  return endpoint(String(row[`${name}_addr`] ?? ''), Number(row[`${name}_port`] ?? 0));
}

function processOf({ owners }: Row): string {
  if (!Array.isArray(owners)) return '';
  const names = owners.map(
    (owner: unknown) => `${String(field(owner, 'comm') ?? '?')}[${String(field(owner, 'pid'))}]`,
  );
  return [...new Set(names)].join(',');
}

function detailOf(row: Row, kind: ChangeKind, secondUs: number): string[] {
  const opened = row['opened_us'];
  if (kind === 'gone') return [String(row['close_reason'] ?? 'closed')];
  if (kind === 'appeared' && typeof opened === 'number') return [`opened ${durationText(secondUs - opened)} before`];
  return [];
}

function queues({ before, after }: Row): string[] {
  return (['recv_q', 'send_q'] as const).flatMap((name) => {
    const [a, b] = [field(before, name), field(after, name)];
    return typeof a === 'number' && typeof b === 'number' && b > a
      ? [`${name === 'recv_q' ? 'Recv-Q' : 'Send-Q'} ${a} → ${b}`]
      : [];
  });
}
