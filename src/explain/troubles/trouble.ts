/** The parts of a trouble: its severity and its examples. */
import { endpoint } from '../../model/four-tuple.js';
import { connectionById } from '../../query/connection-by-id.js';
import { asKnownThen } from '../as-known.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble, Trouble, TroubleKind } from '../explanation.js';
import { ownerOf, peerOf, type Subject, subjectAt } from '../subject.js';
import { severityOf } from './severity.js';

export function troubleOf(kind: TroubleKind, rest: Omit<FoundTrouble, 'kind' | 'severity'>): FoundTrouble {
  return { kind, severity: severityOf(kind, rest.count), ...rest };
}

/** The more severe, the more frequent, the longer. */
export function worseFirst(a: FoundTrouble, b: FoundTrouble): number {
  return b.severity - a.severity || b.count - a.count || b.toUs - b.fromUs - (a.toUs - a.fromUs) || a.fromUs - b.fromUs;
}

/** Looks up what is shown of a trouble. */
export function explained(context: ExplainContext, found: FoundTrouble): Trouble {
  const { explain, peer: _peer, alike: _alike, netnsIdentity: _netnsIdentity, ...trouble } = found;
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
