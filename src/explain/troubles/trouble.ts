/** The parts of a trouble: its severity and its examples. */
import { connectionById } from '../../query/connection-by-id.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble, TroubleKind } from '../explanation.js';
import { type Subject, subjectAt } from '../subject.js';

/** What keeps connections from being made weighs most; what is merely untidy weighs least. */
const WEIGHT: Readonly<Record<TroubleKind, number>> = {
  'port exhaustion': 80,
  'accept queue full': 76,
  'half-open flood': 72,
  'stale name': 70,
  'unanswered SYN': 66,
  'CLOSE-WAIT leak': 60,
  refused: 55,
  'connect failed': 55,
  'timed out': 50,
  'unacknowledged data': 48,
  'TIME-WAIT pile-up': 45,
  reset: 35,
  'FIN-WAIT-2 orphans': 20,
};
/** Added for each power of ten of connections. */
const PER_MAGNITUDE = 5;
const HIGHEST = 100;

function severityOf(kind: TroubleKind, count: number): number {
  return Math.min(HIGHEST, Math.round(WEIGHT[kind] + PER_MAGNITUDE * Math.log10(Math.max(1, count))));
}

export function troubleOf(kind: TroubleKind, rest: Omit<FoundTrouble, 'kind' | 'severity'>): FoundTrouble {
  return { kind, severity: severityOf(kind, rest.count), ...rest };
}

/** A connection of a group, as of the end of the window. */
export function exampleOf(context: ExplainContext, id: number): Subject | undefined {
  const connection = connectionById(context.database, id);
  return connection === undefined ? undefined : subjectAt(connection, Math.max(context.atUs, connection.openedUs));
}
