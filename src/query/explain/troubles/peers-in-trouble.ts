/** What connects from this host came to nothing, peer by peer. */

import type { CloseReason } from '../../../model/connection.js';
import { endpoint } from '../../../model/four-tuple.js';
import { MEANING } from '../connect-failed.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { heldSentences } from '../port-exhaustion.js';
import { acceptedBefore, listenerHere } from '../refused.js';
import { at, count, many, type Piece, type Sentence, sentence, words } from '../sentence.js';
import { explainStaleName } from '../stale-name.js';
import { standing } from '../standing.js';
import { ownerOf, type Subject } from '../subject.js';
import { otherPorts, samePort } from '../unanswered-syn.js';
import type { EndingGroup, TroubleWindow } from './endings.js';
import { exampleOf, troubleOf } from './trouble.js';

/** A SYN that waits no longer than this may still be answered: the second retransmit comes after 3 s. */
const PATIENCE_US = 3_000_000;
/** Peers whose names are looked up. */
const MOST_NAMES = 300;
/** Examples that a trouble names. */
const MOST_EXAMPLES = 3;
/** Why a SYN-SENT ended that nobody had answered. */
const UNANSWERED: ReadonlySet<CloseReason> = new Set<CloseReason>(['timed out', 'unreachable', 'destroyed', 'aborted']);

/** One peer and what went wrong with it. */
interface Peer {
  readonly netns: number;
  readonly address: string;
  readonly port: number;
  readonly groups: readonly EndingGroup[];
  waiting: Waiting | undefined;
}

interface Waiting {
  readonly netns: number;
  readonly address: string;
  readonly port: number;
  readonly n: number;
  readonly oldest: number;
  readonly lastId: number;
}

export function unansweredPeers(
  context: ExplainContext,
  window: TroubleWindow,
  endings: readonly EndingGroup[],
): FoundTrouble[] {
  const peers = byPeer(endings.filter(isUnansweredGroup));
  for (const row of waitingSyns(context, window)) {
    const key = keyOf(row);
    const peer = peers.get(key) ?? {
      netns: row.netns,
      address: row.address,
      port: row.port,
      groups: [],
      waiting: undefined,
    };
    peer.waiting = row;
    peers.set(key, peer);
  }
  return [...peers.values()].map((peer) => unanswered(context, window, peer));
}

function isUnansweredGroup({ inbound, established, reason, again }: EndingGroup): boolean {
  // One that was given up within a second lost a race (RFC 8305), as is usual.
  return !inbound && !established && UNANSWERED.has(reason) && (reason !== 'aborted' || again);
}

function waitingSyns(context: ExplainContext, { toUs, condition }: TroubleWindow): Waiting[] {
  return context.database
    .prepare(
      `SELECT netns, remote_addr AS address, remote_port AS port, count(*) AS n, min(since_us) AS oldest, max(id) AS lastId
       FROM ${standing(context, toUs, ['SYN-SENT'], condition)} WHERE since_us <= @latestUs GROUP BY 1, 2, 3`,
    )
    .all({ ...condition?.params, latestUs: toUs - PATIENCE_US }) as Waiting[];
}

function byPeer(groups: readonly EndingGroup[]): Map<string, Peer> {
  const peers = new Map<string, Peer>();
  for (const group of groups) {
    const { netns, address, port } = group;
    const known = peers.get(keyOf(group))?.groups ?? [];
    peers.set(keyOf(group), { netns, address, port, groups: [...known, group], waiting: undefined });
  }
  return peers;
}

function keyOf({ netns, address, port }: { netns: number; address: string; port: number }): string {
  return `${netns} ${address} ${port}`;
}

function unanswered(context: ExplainContext, { toUs }: TroubleWindow, peer: Peer): FoundTrouble {
  const { netns, address, port, groups, waiting } = peer;
  const n = total(groups) + (waiting?.n ?? 0);
  const fromUs = Math.min(waiting?.oldest ?? toUs, ...groups.map(({ firstUs }) => firstUs));
  const lastUs = waiting === undefined ? lastOf(groups) : toUs;
  const ids = [...(waiting === undefined ? [] : [waiting.lastId]), ...idsOf(groups)].slice(0, MOST_EXAMPLES);
  const example = exampleOf(context, ids[0] ?? 0);
  const ways = [
    ...(waiting === undefined ? [] : [words`${waiting.n} waiting still, the oldest since ${at(waiting.oldest)}`]),
    ...groups.map(
      (group) => words`${group.n} ${group.reason === 'aborted' ? 'given up by their process' : group.reason}`,
    ),
  ];
  return troubleOf('unanswered SYN', {
    netns,
    subject: endpoint(address, port),
    fromUs,
    toUs: lastUs,
    count: n,
    exampleIds: ids,
    peer: address,
    tell: () => [
      sentence(
        words`${many(n, 'connect')} to ${endpoint(address, port)} got no answer (${joined(ways)})${whoText(example)}.`,
        count('unanswered connects', n, fromUs, lastUs),
      ),
      ...(example === undefined ? [] : [...samePort(example, context), ...otherPorts(example, context)]),
    ],
  });
}

/** Refused, timed out after they were established, reset, failed at once. */
export function failedPeers(context: ExplainContext, endings: readonly EndingGroup[]): FoundTrouble[] {
  const refused = byPeer(endings.filter(({ reason, inbound }) => reason === 'refused' && !inbound));
  return [
    ...[...refused.values()].map((peer) =>
      peerTrouble(context, 'refused', peer, 'were refused', (example) => [
        ...listenerHere(example, context),
        ...acceptedBefore(example, context),
      ]),
    ),
    ...endings.filter(({ reason }) => reason === 'failed').map((group) => failed(context, group)),
  ];
}

/** A group of connections that ended alike toward one peer. */
export function peerTrouble(
  context: ExplainContext,
  kind: 'refused' | 'timed out' | 'reset',
  { netns, address, port, groups }: Pick<Peer, 'netns' | 'address' | 'port' | 'groups'>,
  what: string,
  more: (example: Subject) => readonly Sentence[] = () => [],
): FoundTrouble {
  const n = total(groups);
  const fromUs = Math.min(...groups.map(({ firstUs }) => firstUs));
  const toUs = lastOf(groups);
  const ids = idsOf(groups).slice(0, MOST_EXAMPLES);
  const example = exampleOf(context, ids[0] ?? 0);
  const inbound = groups[0]?.inbound === true;
  const end = endpoint(address, port);
  const which = inbound ? `${many(n, 'connection')} accepted at ${end}` : `${many(n, 'connection')} to ${end}`;
  return troubleOf(kind, {
    netns,
    subject: inbound ? `at ${end}` : end,
    fromUs,
    toUs,
    count: n,
    exampleIds: ids,
    ...(kind === 'refused' ? { peer: address } : {}),
    tell: () => [
      sentence(
        words`${which} ${n === 1 ? what.replace(/^were /, 'was ') : what}${inbound ? '' : whoText(example)}, from ${at(fromUs)} to ${at(toUs)}.`,
        count(what.replace(/^were /, ''), n, fromUs, toUs),
      ),
      ...(example === undefined ? [] : more(example)),
    ],
  });
}

function failed(context: ExplainContext, group: EndingGroup): FoundTrouble {
  const { netns, address, port, error = 'an error that is not recorded', n, firstUs, lastUs } = group;
  const ids = idsOf([group]).slice(0, MOST_EXAMPLES);
  const noPort = error === 'EADDRNOTAVAIL';
  const meaning = MEANING[error];
  return troubleOf(noPort ? 'port exhaustion' : 'connect failed', {
    netns,
    subject: endpoint(address, port),
    fromUs: firstUs,
    toUs: lastUs,
    count: n,
    exampleIds: ids,
    tell: () => [
      sentence(
        words`${many(n, 'connect')} to ${endpoint(address, port)} failed at once with ${error}${whoText(exampleOf(context, ids[0] ?? 0))}${meaning === undefined ? '' : `: ${meaning}`}.`,
        count(`connects failed with ${error}`, n, firstUs, lastUs),
      ),
      ...(noPort ? heldSentences(context, netns, address, port, lastUs - 1) : []),
    ],
  });
}

/** Of the peers that do not answer: those that are addressed by a name that has moved. */
export function stalePeers(context: ExplainContext, troubles: readonly FoundTrouble[]): FoundTrouble[] {
  const seen = new Set<string>();
  const found: FoundTrouble[] = [];
  for (const trouble of troubles.slice(0, MOST_NAMES)) {
    const example = exampleOf(context, trouble.exampleIds[0] ?? 0);
    if (example === undefined || example.connection.origin === 'accept') continue;
    const key = `${trouble.netns} ${trouble.subject}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const { stale, sentences } = explainStaleName(example, context);
    if (!stale) continue;
    const { netns, subject, fromUs, toUs, count: n, exampleIds } = trouble;
    found.push(troubleOf('stale name', { netns, subject, fromUs, toUs, count: n, exampleIds, tell: () => sentences }));
  }
  return found;
}

export function total(groups: readonly EndingGroup[]): number {
  return groups.reduce((sum, { n }) => sum + n, 0);
}

function lastOf(groups: readonly EndingGroup[]): number {
  return Math.max(...groups.map(({ lastUs }) => lastUs));
}

function idsOf(groups: readonly EndingGroup[]): number[] {
  return [...new Set(groups.flatMap(({ lastId, firstId }) => [lastId, firstId]))];
}

function whoText(example: Subject | undefined): string {
  return example === undefined ? '' : `, the last of ${ownerOf(example.connection)}`;
}

function joined(parts: readonly (readonly Piece[])[]): Piece[] {
  return parts.flatMap((part, index) => (index === 0 ? [...part] : [', ', ...part]));
}
