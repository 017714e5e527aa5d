/** Peers whose SYNs got no answer: of connects that ended, and of those still waiting. */

import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import type { CloseReason } from '../../model/stored-codes.js';
import { socketsInState } from '../../query/sockets-in-state.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { otherPorts, samePort } from '../peer-answers.js';
import { at, count, type Piece, sentence, words } from '../sentence.js';
import type { EndingGroup, TroubleWindow } from './endings.js';
import { byPeer, idsOf, lastOf, MOST_EXAMPLES, type PeerGroup, peerKey, total, whoText } from './peer-group.js';
import type { PeerRow } from './peer-row.js';
import { connectionsAt, exampleOf, troubleOf } from './trouble.js';

/** A SYN that waits no longer than this may still be answered: the second retransmit comes after 3 s. */
const PATIENCE_US = 3_000_000;
/** The close reasons of a SYN-SENT that was never answered. */
const UNANSWERED: ReadonlySet<CloseReason> = new Set<CloseReason>(['timed out', 'unreachable', 'destroyed', 'aborted']);

export function unansweredPeers(
  context: ExplainContext,
  window: TroubleWindow,
  endings: readonly EndingGroup[],
): FoundTrouble[] {
  const peers = byPeer(endings.filter(isUnansweredGroup));
  const waiting = new Map<string, PeerRow>();
  for (const row of waitingSyns(context, window)) {
    const { netns, address, port } = row;
    const peer = { netns, inbound: false, address, port };
    const key = peerKey(peer);
    waiting.set(key, row);
    if (!peers.has(key)) peers.set(key, { ...peer, groups: [] });
  }
  return [...peers].map(([key, peer]) => unanswered(context, window, peer, waiting.get(key)));
}

function isUnansweredGroup({ inbound, established, reason, retransmitted }: EndingGroup): boolean {
  // One that was abandoned within a second usually lost a race (RFC 8305).
  return !inbound && !established && UNANSWERED.has(reason) && (reason !== 'aborted' || retransmitted);
}

function waitingSyns(context: ExplainContext, { toUs, condition }: TroubleWindow): PeerRow[] {
  const { sql, params } = socketsInState(context.span, toUs, ['SYN-SENT'], condition);
  return context.database
    .prepare(
      `SELECT netns, remote_addr AS address, remote_port AS port, count(*) AS n, min(since_us) AS oldest, max(id) AS lastId
       FROM ${sql} WHERE since_us <= @latestUs GROUP BY 1, 2, 3`,
    )
    .all({ ...params, latestUs: toUs - PATIENCE_US }) as PeerRow[];
}

function unanswered(
  context: ExplainContext,
  { toUs }: TroubleWindow,
  { netns, address, port, groups }: PeerGroup,
  waiting: PeerRow | undefined,
): FoundTrouble {
  const n = total(groups) + (waiting?.n ?? 0);
  const fromUs = Math.min(waiting?.oldest ?? toUs, ...groups.map(({ openedUs }) => openedUs));
  const lastUs = waiting === undefined ? lastOf(groups) : toUs;
  const ids = [...(waiting === undefined ? [] : [waiting.lastId]), ...idsOf(groups)].slice(0, MOST_EXAMPLES);
  const ways = [
    ...(waiting === undefined ? [] : [words`${waiting.n} still waiting, the oldest since ${at(waiting.oldest)}`]),
    ...groups.map(
      (group) => words`${group.n} ${group.reason === 'aborted' ? 'abandoned by their process' : group.reason}`,
    ),
  ];
  return troubleOf('unanswered SYN', {
    netns,
    subject: endpoint(address, port),
    fromUs,
    toUs: lastUs,
    count: n,
    exampleIds: ids,
    peers: [endpoint(address, port)],
    alike: address,
    more: connectionsAt(false, address, port),
    peer: address,
    explain: () => {
      const example = exampleOf(context, ids[0] ?? 0);
      return [
        sentence(
          words`${counted(n, 'connect')} to ${endpoint(address, port)} got no answer (${joined(ways)})${whoText(example)}.`,
          count('unanswered connect', n, fromUs, lastUs),
        ),
        ...(example === undefined ? [] : [...samePort(example, context), ...otherPorts(example, context)]),
      ];
    },
  });
}

function joined(parts: readonly (readonly Piece[])[]): Piece[] {
  return parts.flatMap((part, index) => (index === 0 ? [...part] : [', ', ...part]));
}
