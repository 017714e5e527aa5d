/** The text of a socket table in lines, one for each row. */
import type { SocketTable } from '../../server/contract.js';

export interface SocketLine {
  readonly text: string;
  readonly state: string;
  readonly connectionId: number | undefined;
}

export interface SocketLines {
  /** The names of the columns. */
  readonly head: string;
  readonly lines: readonly SocketLine[];
}

/** Lines of `sstory ss`, with what the rows say of each. */
export function socketLines({ text = '', rows }: Pick<SocketTable, 'text' | 'rows'>): SocketLines {
  const [head = '', ...lines] = text.replace(/\n$/, '').split('\n');
  return {
    head,
    lines: lines.map((line, index) => {
      const row = rows[index];
      const id = row?.['connection_id'];
      return { text: line, state: String(row?.['state'] ?? ''), connectionId: typeof id === 'number' ? id : undefined };
    }),
  };
}

/** How many sockets are in each state, the most first. */
export function stateCounts(rows: SocketTable['rows']): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { state } of rows) counts.set(String(state), (counts.get(String(state)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
