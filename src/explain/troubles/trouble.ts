/** The parts of a trouble: its severity and its examples. */
import { endpoint } from '../../model/four-tuple.js';
import { connectionById } from '../../query/connection-by-id.js';
import { asKnownThen } from '../as-known.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble, Trouble, TroubleKind } from '../explanation.js';
import { ownerOf, peerOf, type Subject, subjectAt } from '../subject.js';

/** Connections that cannot be made come first, then those that are stuck, then leaks; what is merely untidy comes last. */
const WEIGHT: Readonly<Record<TroubleKind, number>> = {
  'port exhaustion': 80,
  'accept queue full': 76,
  'half-open flood': 72,
  'stale name': 70,
  'unanswered SYN': 66,
  'unanswered ARP': 66,
  'local firewall': 66,
  'no route': 64,
  'listener restart': 62,
  refused: 60,
  'connect failed': 60,
  'idle drop': 58,
  'timed out': 55,
  'unacknowledged data': 50,
  'self-connect': 50,
  'zero window': 48,
  'never accepted': 48,
  'CLOSE-WAIT leak': 45,
  'TIME-WAIT pile-up': 42,
  reset: 35,
  'deferred accept': 15,
  'FIN-WAIT-2 orphans': 10,
};
/** Added for each power of ten of connections. */
const PER_MAGNITUDE = 5;
const HIGHEST = 100;
/** The least weights of connections that cannot be made, of those that are stuck, and of leaks and resets. */
const [FAILED, STUCK, LEAKED] = [60, 48, 20];
/** The highest severity of connections that are stuck. */
export const MOST_OF_STUCK = FAILED - 1;

/** However many leak, they come after one that is stuck. */
function severityOf(kind: TroubleKind, count: number): number {
  const weight = WEIGHT[kind];
  const most = weight >= FAILED ? HIGHEST : weight >= STUCK ? MOST_OF_STUCK : weight >= LEAKED ? STUCK - 1 : LEAKED - 1;
  return Math.min(most, Math.round(weight + PER_MAGNITUDE * Math.log10(Math.max(1, count))));
}

export function troubleOf(kind: TroubleKind, rest: Omit<FoundTrouble, 'kind' | 'severity'>): FoundTrouble {
  return { kind, severity: severityOf(kind, rest.count), ...rest };
}

/** The more severe, the more frequent, the longer. */
export function worseFirst(a: FoundTrouble, b: FoundTrouble): number {
  return b.severity - a.severity || b.count - a.count || b.toUs - b.fromUs - (a.toUs - a.fromUs) || a.fromUs - b.fromUs;
}

/** Looks up what is shown of a trouble. */
export function explained(context: ExplainContext, found: FoundTrouble): Trouble {
  const { explain, peer: _peer, alike: _alike, ...trouble } = found;
  const examples = trouble.exampleIds.flatMap((id) => exampleOf(context, id)?.connection ?? []);
  const owned = examples.filter(({ pid }) => pid !== undefined);
  const others = examples.filter(({ origin }) => origin !== 'listen');
  return {
    ...trouble,
    processes: trouble.processes ?? [...new Set(owned.map(ownerOf))],
    peers: trouble.peers ?? [
      ...new Set(others.map((each) => (each.origin === 'accept' ? each.tuple.remoteAddr : peerOf(each)))),
    ],
    listeners: trouble.listeners ?? [],
    sentences: explain(),
  };
}

/** The command that shows the connections to an address, or (`inbound`) those accepted at one. */
export function connectionsAt(inbound: boolean, address: string, port: number): string[] {
  return ['timeline', '--oneline', inbound ? 'src' : 'dst', endpoint(address, port)];
}

/** A connection of a group, as of the end of the window. */
export function exampleOf(context: ExplainContext, id: number): Subject | undefined {
  const connection = connectionById(context.database, id);
  if (connection === undefined) return undefined;
  const subject = subjectAt(connection, Math.max(context.atUs, connection.openedUs));
  return subject === undefined ? undefined : asKnownThen(subject, context);
}
