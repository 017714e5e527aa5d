/** Connections that were established and broke: reset, timed out, orphaned. */

import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import type { TcpState } from '../../model/tcp-state.js';
import { socketsInState } from '../../query/sockets-in-state.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { explainIdleDrop } from '../idle-drop.js';
import { explainOverflowReset } from '../overflow-reset.js';
import { explainReset } from '../reset.js';
import { at, count, type Sentence, sentence, words } from '../sentence.js';
import { explainTimedOut, WORRYING_RETRANSMITS } from '../timed-out.js';
import type { EndingGroup, TroubleWindow } from './endings.js';
import {
  byPeer,
  connectionsOf,
  firstOf,
  idsOf,
  lastOf,
  MOST_EXAMPLES,
  type PeerGroup,
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
  const aborted = of(({ reason, established }) => reason === 'aborted' && established);
  // A program that does not wait for the kernel to give up.
  const gaveUp = of(({ reason, established, retransmitted }) => reason === 'aborted' && established && retransmitted);
  const timedOut = of(({ reason, established, finWait2 }) => reason === 'timed out' && established && !finWait2);
  const orphans = of(({ reason, finWait2 }) => reason === 'timed out' && finWait2);
  return [
    ...resets.map((peer) =>
      peerTrouble(context, 'reset', peer, 'reset by the peer', (example) => [
        ...explainReset(example, context),
        ...explainOverflowReset(example, context),
      ]),
    ),
    ...aborted
      .filter(({ groups }) => total(groups) >= MANY_ABORTED)
      .map((peer) =>
        peerTrouble(context, 'reset', peer, 'reset by this host', (example) => explainReset(example, context)),
      ),
    ...timedOut.map((peer) => {
      const idle = idleDropOf(context, peer);
      return idle.length > 0
        ? peerTrouble(context, 'idle drop', peer, 'timed out', () => idle)
        : peerTrouble(context, 'timed out', peer, 'timed out', (example) => explainTimedOut(example, context));
    }),
    ...gaveUp.flatMap((peer) => {
      const idle = idleDropOf(context, peer);
      return idle.length > 0 ? [peerTrouble(context, 'idle drop', peer, 'given up by this host', () => idle)] : [];
    }),
    ...orphans.map(orphaned),
  ];
}

function idleDropOf(context: ExplainContext, { groups }: PeerGroup): readonly Sentence[] {
  const sentences = idsOf(groups).map((id) => {
    const example = exampleOf(context, id);
    return example === undefined ? [] : explainIdleDrop(example, context);
  });
  return sentences.find((each) => each.length > 0) ?? [];
}

function orphaned(peer: PeerGroup): FoundTrouble {
  const { netns, groups } = peer;
  const n = total(groups);
  const [fromUs, toUs] = [firstOf(groups), lastOf(groups)];
  const how = n === 1 ? 'an orphan' : 'orphans';
  return troubleOf('FIN-WAIT-2 orphans', {
    netns,
    subject: subjectOf(peer),
    fromUs,
    toUs,
    count: n,
    exampleIds: idsOf(groups).slice(0, MOST_EXAMPLES),
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
  readonly oldest: number;
  readonly lastId: number;
}

/** Peers that acknowledge nothing at the end of the window: the last snapshot showed several retransmits in a row. */
export function silentPeers(context: ExplainContext, { toUs, condition }: TroubleWindow): FoundTrouble[] {
  const retransmitting = { sql: `retransmits > 0 AND (${condition?.sql ?? '1'})`, params: condition?.params ?? {} };
  const inbound = `origin = ${codeOfOrigin('accept')}`;
  const { sql, params } = socketsInState(context.span, toUs, SENDING, retransmitting);
  const rows = context.database
    .prepare(
      `SELECT netns, ${inbound} AS inbound, CASE WHEN ${inbound} THEN local_addr ELSE remote_addr END AS address,
         CASE WHEN ${inbound} THEN local_port ELSE remote_port END AS port, count(*) AS n, min(since_us) AS oldest, max(id) AS lastId
       FROM ${sql} AS s
       WHERE (SELECT retrans FROM samples WHERE connection_id = s.id AND at_us <= @toUs ORDER BY at_us DESC LIMIT 1) >= ${WORRYING_RETRANSMITS}
       GROUP BY 1, 2, 3, 4`,
    )
    .all({ ...params, toUs }) as SilentRow[];
  return rows.map(({ netns, inbound: cameIn, address, port, n, oldest, lastId }) => {
    const end = endpoint(address, port);
    const which = `${counted(n, 'connection')} ${cameIn !== 0 ? 'accepted at' : 'to'} ${end}`;
    const example = exampleOf(context, lastId);
    const idle = example === undefined ? [] : explainIdleDrop(example, context);
    return troubleOf(idle.length > 0 ? 'idle drop' : 'unacknowledged data', {
      netns,
      subject: cameIn !== 0 ? `at ${end}` : end,
      fromUs: oldest,
      toUs,
      count: n,
      exampleIds: [lastId],
      alike: `${cameIn} ${address}`,
      more: ['explain', `${lastId}`],
      explain: () => {
        return [
          sentence(
            words`${which} ${n === 1 ? 'retransmits' : 'retransmit'} data that the peer does not acknowledge, at ${at(toUs)}.`,
            count('connection', n, oldest, toUs, 'with retransmits in a row'),
          ),
          ...(example === undefined ? [] : [...explainTimedOut(example, context), ...idle]),
        ];
      },
    });
  });
}
