/** The address was reached by a name, and the name resolves to another address now. */
import type { Connection } from '../model/connection.js';
import type { NameRecord } from '../model/name.js';
import type { NameAt } from '../query/name-history.js';
import type { ExplainContext } from './context.js';
import { at, count, lasting, type Piece, type Sentence, sentence, words } from './sentence.js';
import { ownerOf, type Subject } from './subject.js';

/** What became of the name by which an address was reached. */
interface Move {
  /** The name as it was when the connection was opened, or last before that. */
  readonly old: NameAt;
  /** When the name was first seen to resolve to other addresses, or to have ended. */
  readonly sinceUs: number;
  /** The addresses it has had since, of the same family, each once; none: the name is gone. */
  readonly now: readonly NameRecord[];
}

/** The move of the name of `address`, seen in the namespace or, where it saw no name, in another; undefined where it did not move. */
function moveOf(
  context: ExplainContext,
  address: string,
  { openedUs, netns }: Connection,
): { readonly old: NameAt; readonly move: Move | undefined } | undefined {
  const seen = context.names.nameAt(address, openedUs, netns) ?? context.names.nameElsewhere(address, openedUs, netns);
  if (seen === undefined) return undefined;
  const old = byThen(seen, context.atUs);
  const endUs = context.atUs;
  const isV6 = old.address.includes(':');
  const addresses = context.names
    .addressesOf(old.name, endUs, old.netns, old.fromUs)
    .filter((record) => record.address.includes(':') === isV6 && record.fromUs <= endUs)
    .map((record) => byThen(record, endUs));
  if (addresses.some((record) => record.address === old.address)) return { old, move: undefined };
  const now = addresses.filter((record) => record.fromUs > old.fromUs || record.status === 'current');
  if (now.length === 0 && old.ended === undefined) return { old, move: undefined };
  const sinceUs = context.names.leftUs(old, endUs) ?? endUs;
  return { old, move: { old, sinceUs, now } };
}

export function explainStaleName(
  subject: Subject,
  context: ExplainContext,
): { readonly stale: boolean; readonly sentences: readonly Sentence[] } {
  const { connection, ended } = subject;
  if (connection.origin === 'accept' || connection.origin === 'listen') return { stale: false, sentences: [] };
  const { tuple, netns } = connection;
  const found = moveOf(context, tuple.remoteAddr, connection);
  if (found === undefined) return { stale: false, sentences: [] };
  const { old, move } = found;
  if (move === undefined)
    return { stale: false, sentences: isLoopback(old.address) ? [] : [unmoved(old, netns, context)] };
  const stale = ended === undefined || !heldAt(context, old, ended.atUs);
  return { stale, sentences: [moved(subject, move, stale, context), ...newAddresses(subject, move, context)] };
}

/** Whether the last answer still listed the address then: what was over by then did not fail for a later move. */
function heldAt(context: ExplainContext, old: NameAt, us: number): boolean {
  return context.names
    .addressesOf(old.name, us, old.netns, old.fromUs)
    .some(({ address, status }) => address === old.address && status === 'current');
}

/** A name as it was known at `us`: whether and when it ended later is left out. */
function byThen(name: NameAt, us: number): NameAt {
  return name.toUs === undefined || name.toUs <= us ? name : { ...name, toUs: undefined, ended: undefined };
}

/** The name of the loopback address explains nothing. */
function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function seenBy({ source, netns, fromUs }: NameRecord, own: number, context: ExplainContext): string {
  const where = netns === own ? '' : `, as ${context.netnsText(netns, fromUs)} saw it`;
  return source === 'hosts' ? `by the hosts file${where}` : `by DNS${where}`;
}

/** The name did not move: which name it is. */
function unmoved(old: NameAt, own: number, context: ExplainContext): Sentence {
  const text =
    old.status === 'current' || old.toUs === undefined
      ? words`${old.name} resolved to ${old.address} when it was opened (${seenBy(old, own, context)}, first seen at ${at(old.fromUs)}).`
      : words`${old.name} last resolved to ${old.address}, ${seenBy(old, own, context)} (first seen at ${at(old.fromUs)}); the TTL of that answer expired at ${at(old.toUs)}, and no later answer was seen.`;
  return sentence(text, { kind: 'name', name: old });
}

/** When the old address of a name that moved was used. */
function whenUsed(connection: Connection, { toUs }: NameAt, movedUs: number): readonly Piece[] {
  const { openedUs } = connection;
  if (openedUs >= movedUs)
    return words`the process still uses the old address, ${lasting(openedUs - movedUs)} after it moved`;
  const owner = ownerOf(connection);
  if (toUs === undefined || toUs > openedUs) return words`${owner} connected to the old address before it moved`;
  return words`${owner} connected to the old address before that was seen, and after the TTL of the old answer had expired at ${at(toUs)}`;
}

function moved(
  { connection }: Subject,
  { old, sinceUs, now }: Move,
  isStale: boolean,
  context: ExplainContext,
): Sentence {
  const how = seenBy(old, connection.netns, context);
  const where =
    now.length === 0 ? 'it has had no address' : `it has resolved to ${now.map(({ address }) => address).join(', ')}`;
  const stale = isStale ? whenUsed(connection, old, sinceUs) : words`the connection had ended before`;
  return sentence(
    words`${old.name} resolved to ${old.address} at ${at(old.fromUs)} (${how}); since ${at(sinceUs)} ${where}: ${stale}.`,
    { kind: 'name', name: old },
    ...now.map((name) => ({ kind: 'name', name }) as const),
  );
}

/** Whether connections to the new address work. */
function newAddresses({ connection }: Subject, { now }: Move, context: ExplainContext): Sentence[] {
  const { remotePort } = connection.tuple;
  return now.slice(0, 3).flatMap(({ address }) => {
    const port = context.peers.peer(connection, address).ports.find((each) => each.port === remotePort);
    const end = `${address} port ${remotePort}`;
    if (port?.lastEstablishedUs === undefined && context.lacksConnections) return [];
    if (port === undefined)
      return sentence(
        words`No connect to ${end} was seen from here.`,
        count('connect', 0, context.span.fromUs, context.atUs, `to ${end}`),
      );
    const lastUs = port.lastEstablishedUs;
    if (lastUs === undefined)
      return sentence(
        words`The new address does not answer here either: none of the connects to ${end} was established.`,
        count('connect', port.tried, port.firstTriedUs, context.atUs, `to ${end}`),
      );
    return sentence(
      words`Connections to the new address work: ${end} answered, most recently a connect at ${at(lastUs)}.`,
      count('connection', Math.max(1, port.established), port.firstTriedUs, lastUs, `established to ${end}`),
    );
  });
}
