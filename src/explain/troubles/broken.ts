/** Connections that were established and broke: reset, timed out, orphaned. */

import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { WORRYING_RETRANSMITS } from '../../model/sample.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import type { TcpState } from '../../model/tcp-state.js';
import { socketsInState } from '../../query/sockets-in-state.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { idleDropOf } from '../idle-drop.js';
import { explainOverflowReset } from '../overflow-reset.js';
import { explainReset } from '../reset.js';
import { at, count, type Piece, sentence, words } from '../sentence.js';
import { explainTimedOut, unansweredSince } from '../timed-out.js';
import type { EndingGroup, TroubleWindow } from './endings.js';
import {
  byPeer,
  connectionsOf,
  endsOf,
  firstOf,
  idsOf,
  lastOf,
  MOST_EXAMPLES,
  type PeerGroup,
  peerKey,
  peerTrouble,
  subjectOf,
  total,
} from './peer-group.js';
import { connectionsAt, exampleOf, troubleOf } from './trouble.js';

/** Connections that a process of this host aborted are a trouble from this number on: some programs close like this by habit. */
const MANY_ABORTED = 3;
const SENDING: readonly TcpState[] = ['ESTAB', 'CLOSE-WAIT', 'FIN-WAIT-1', 'LAST-ACK', 'CLOSING'];

export function brokenConnections(context: ExplainContext, endings: readonly EndingGroup[]): FoundTrouble[] {
  const of = (which: (ending: EndingGroup) => boolean) => [...byPeer(endings.filter(which)).values()];
  const resets = of(({ reason }) => reason === 'reset by peer');
  const aborted = of(({ reason, established }) => reason === 'aborted' && established).filter(
    ({ groups }) => total(groups) >= MANY_ABORTED,
  );
  // Where both ends are on this host, the one that aborted explains the other.
  const explained = new Map(aborted.map((peer) => [peerKey({ ...peer, inbound: !peer.inbound }), total(peer.groups)]));
  // A program that does not wait for the kernel to give up.
  const gaveUp = of(({ reason, established, retransmitted }) => reason === 'aborted' && established && retransmitted);
  const timedOut = of(({ reason, established, finWait2 }) => reason === 'timed out' && established && !finWait2);
  const orphans = of(({ reason, finWait2 }) => reason === 'timed out' && finWait2);
  return [
    ...resets
      .filter((peer) => total(peer.groups) > (explained.get(peerKey(peer)) ?? 0))
      .map((peer) =>
        peerTrouble(context, 'reset', peer, 'reset by the peer', (example) => [
          ...explainReset(example, context),
          ...explainOverflowReset(example, context),
        ]),
      ),
    ...aborted.map((peer) =>
      peerTrouble(context, 'reset', peer, 'reset by this host', (example) => explainReset(example, context)),
    ),
    ...timedOut.map((peer) => idleTrouble(context, peer, 'timed out') ?? timedOutTrouble(context, peer)),
    ...gaveUp.flatMap((peer) => idleTrouble(context, peer, 'given up by this host') ?? []),
    ...orphans.map(orphaned),
  ];
}

/** Undefined: none of the examples was idle before it got no answer. */
function idleTrouble(
  context: ExplainContext,
  peer: PeerGroup,
  how: 'timed out' | 'given up by this host',
): FoundTrouble | undefined {
  const { groups } = peer;
  const found = idsOf(groups).flatMap((id) => {
    const example = exampleOf(context, id);
    return (example === undefined ? undefined : idleDropOf(example, context)) ?? [];
  });
  const [idle] = found;
  if (idle === undefined) return undefined;
  const trouble = peerTrouble(context, 'idle drop', peer, how);
  const [n, fromUs] = [total(groups), Math.min(...found.map(({ sinceUs }) => sinceUs))];
  const ended = how === 'timed out' ? how : `${n === 1 ? 'was' : 'were'} ${how}`;
  return {
    ...trouble,
    fromUs,
    explain: () => [
      sentence(
        words`${connectionsOf(peer)} got no answer after being idle, and ${ended}${lastEndOf(peer)}: ${DROPPED_STATE}.`,
        count('connection', n, fromUs, trouble.toUs, how),
      ),
      ...idle.sentences,
    ],
  };
}

const DROPPED_STATE = 'a firewall or NAT on the path has probably dropped its state, as new connections work';

function lastEndOf({ groups }: PeerGroup): Piece[] {
  return total(groups) === 1 ? words` at ${at(lastOf(groups))}` : words`, the last at ${at(lastOf(groups))}`;
}

function timedOutTrouble(context: ExplainContext, peer: PeerGroup): FoundTrouble {
  const { groups } = peer;
  const trouble = peerTrouble(context, 'timed out', peer, 'timed out', (example) => explainTimedOut(example, context));
  const since = idsOf(groups).flatMap((id) => {
    const example = exampleOf(context, id);
    return (example === undefined ? undefined : unansweredSince(example, context)) ?? [];
  });
  return { ...trouble, fromUs: Math.min(trouble.fromUs, ...since) };
}

function orphaned(peer: PeerGroup): FoundTrouble {
  const { netns, netnsIdentity, groups } = peer;
  const n = total(groups);
  const [fromUs, toUs] = [firstOf(groups), lastOf(groups)];
  const how = n === 1 ? 'an orphan' : 'orphans';
  return troubleOf('FIN-WAIT-2 orphans', {
    netns,
    netnsIdentity,
    subject: subjectOf(peer),
    fromUs,
    toUs,
    count: n,
    exampleIds: idsOf(groups).slice(0, MOST_EXAMPLES),
    ...endsOf(peer.inbound, endpoint(peer.address, peer.port)),
    alike: subjectOf(peer),
    more: connectionsAt(peer.inbound, peer.address, peer.port),
    explain: () => [
      sentence(
        words`${connectionsOf(peer)} ended as ${how} in FIN-WAIT-2: this host closed, the peer never did, and the kernel gave up waiting.`,
        count('orphan', n, fromUs, toUs, 'timed out'),
      ),
    ],
  });
}

interface SilentRow {
  readonly netns: number;
  readonly inbound: number;
  readonly address: string;
  readonly port: number;
  readonly n: number;
  readonly firstUs: number;
  readonly lastId: number;
}

/** The first sample of those at the end of which several retransmits in a row are: each holds until the next one. */
const RETRANSMITTING_SINCE = `(SELECT min(at_us) FROM samples WHERE connection_id = s.id AND at_us <= @toUs AND at_us > coalesce(
  (SELECT max(at_us) FROM samples WHERE connection_id = s.id AND at_us <= @toUs AND retrans = 0), 0))`;

/** Peers that acknowledge nothing at the end of the window: the last snapshot showed several retransmits in a row. */
export function silentPeers(context: ExplainContext, { toUs, condition }: TroubleWindow): FoundTrouble[] {
  const retransmitting = { sql: `retransmits > 0 AND (${condition?.sql ?? '1'})`, params: condition?.params ?? {} };
  const inbound = `origin = ${codeOfOrigin('accept')}`;
  const { sql, params } = socketsInState(context.span, toUs, SENDING, retransmitting);
  const rows = context.database
    .prepare(
      `SELECT netns, ${inbound} AS inbound, CASE WHEN ${inbound} THEN local_addr ELSE remote_addr END AS address,
         CASE WHEN ${inbound} THEN local_port ELSE remote_port END AS port, count(*) AS n,
         min(${RETRANSMITTING_SINCE}) AS firstUs, max(id) AS lastId
       FROM ${sql} AS s
       WHERE (SELECT retrans FROM samples WHERE connection_id = s.id AND at_us <= @toUs ORDER BY at_us DESC LIMIT 1) >= ${WORRYING_RETRANSMITS}
       GROUP BY 1, 2, 3, 4`,
    )
    .all({ ...params, toUs }) as SilentRow[];
  return rows.map(({ netns, inbound: cameIn, address, port, n, firstUs, lastId }) => {
    const end = endpoint(address, port);
    const which = `${counted(n, 'connection')} ${cameIn !== 0 ? 'accepted at' : 'to'} ${end}`;
    const example = exampleOf(context, lastId);
    const idle = example === undefined ? undefined : idleDropOf(example, context);
    const sinceUs = example === undefined ? undefined : unansweredSince(example, context);
    const fromUs = Math.min(firstUs, sinceUs ?? firstUs, idle?.sinceUs ?? firstUs);
    return troubleOf(idle === undefined ? 'unacknowledged data' : 'idle drop', {
      netns,
      netnsIdentity: context.reuse.identity(netns, toUs),
      subject: cameIn !== 0 ? `at ${end}` : end,
      fromUs,
      toUs,
      count: n,
      exampleIds: [lastId],
      ...endsOf(cameIn !== 0, end),
      alike: `${cameIn} ${address}`,
      more: ['explain', `${lastId}`],
      explain: () => {
        const what =
          idle === undefined
            ? words`${which} ${n === 1 ? 'retransmits' : 'retransmit'} data that the peer does not acknowledge, at ${at(toUs)}.`
            : words`${which} ${n === 1 ? 'gets' : 'get'} no answer after being idle: ${DROPPED_STATE}.`;
        return [
          sentence(what, count('connection', n, fromUs, toUs, 'with retransmits in a row')),
          ...(idle?.sentences ?? []),
          ...(example === undefined ? [] : explainTimedOut(example, context)),
        ];
      },
    });
  });
}
