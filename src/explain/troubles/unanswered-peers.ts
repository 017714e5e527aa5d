/** Peers whose SYNs got no answer for long: of connects that ended, that still wait, and that were answered late. */

import { ALWAYS } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { type CloseReason, codeOfOrigin } from '../../model/stored-codes.js';
import { type StateInterval, stateIntervals } from '../../query/state-intervals.js';
import { explainAcceptQueue } from '../accept-queue.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { type Obstacle, obstacleOf, obstacleSentence } from '../obstacle.js';
import { otherPorts, samePort } from '../peer-answers.js';
import { at, count, lasting, type Piece, type Sentence, sentence, words } from '../sentence.js';
import { ESTABLISHED_MASK } from '../state-masks.js';
import type { Subject } from '../subject.js';
import { type Moment, worstMoment } from '../worst-moment.js';
import type { EndingGroup, TroubleWindow } from './endings.js';
import { idsOf, lastOf, MOST_EXAMPLES, type PeerGroup, peerKey, total, whoText } from './peer-group.js';
import { connectionsAt, exampleOf, troubleOf } from './trouble.js';

/** A SYN that waits no longer than this may still be answered: the second retransmit comes after 3 s. */
const PATIENCE_US = 3_000_000;
/** The close reasons of a SYN-SENT that was never answered. */
const UNANSWERED: ReadonlySet<CloseReason> = new Set<CloseReason>(['timed out', 'unreachable', 'destroyed', 'aborted']);

/** The connects to one peer that got no answer for one reason. */
interface Unanswered extends PeerGroup {
  readonly obstacle: Obstacle | undefined;
  /** Those in SYN-SENT at the end of the window, the oldest first. */
  readonly waiting: readonly StateInterval[];
  /** Those that were established in the end. */
  readonly late: readonly StateInterval[];
  readonly worst: Moment<StateInterval> | undefined;
}

export function unansweredPeers(
  context: ExplainContext,
  window: TroubleWindow,
  endings: readonly EndingGroup[],
): FoundTrouble[] {
  const peers = new Map<string, { readonly peer: Omit<PeerGroup, 'groups'>; groups: EndingGroup[] }>();
  for (const group of endings.filter(isUnansweredGroup)) {
    const { netns, netnsIdentity, inbound, address, port } = group;
    const key = peerKey(group);
    const known = peers.get(key) ?? { peer: { netns, netnsIdentity, inbound, address, port }, groups: [] };
    known.groups.push(group);
    peers.set(key, known);
  }
  const intervals = new Map<string, StateInterval[]>();
  for (const each of longSyns(context, window)) {
    const { netns, address, port } = each;
    const netnsIdentity = context.reuse.identity(netns, each.sinceUs);
    const peer = { netns, netnsIdentity, inbound: false, address, port };
    const key = peerKey(peer);
    const known = intervals.get(key);
    if (known === undefined) intervals.set(key, [each]);
    else known.push(each);
    if (!peers.has(key)) peers.set(key, { peer, groups: [] });
  }
  return [...peers].flatMap(([key, { peer, groups }]) =>
    ofPeer(context, window, peer, groups, intervals.get(key) ?? []).map((each) => unanswered(context, window, each)),
  );
}

function isUnansweredGroup({ inbound, established, reason, retransmitted, atOnce, obstacle }: EndingGroup): boolean {
  if (inbound || established || atOnce) return false;
  // One that was abandoned within a second usually lost a race (RFC 8305).
  return UNANSWERED.has(reason) && (reason !== 'aborted' || retransmitted || obstacle !== undefined);
}

/** The times of the window in which a SYN waited for long. */
function longSyns(context: ExplainContext, { fromUs, toUs, condition = ALWAYS }: TroubleWindow): StateInterval[] {
  // One that was answered after so long was retransmitted. Without events the number is known only from snapshots.
  const waited = context.withEvents ? `(retransmits > 0 OR (states & ${ESTABLISHED_MASK}) = 0)` : '1';
  return stateIntervals(context.database, context.span, {
    states: ['SYN-SENT'],
    window: { fromUs, toUs },
    leastUs: PATIENCE_US,
    condition: {
      // What the first dump of a recorder found is in SYN-SENT too.
      sql: `origin <> ${codeOfOrigin('accept')} AND ${waited} AND (${condition.sql})`,
      params: condition.params,
    },
  });
}

/** One for each obstacle: a peer has more than one only where a firewall was changed meanwhile. */
function ofPeer(
  context: ExplainContext,
  { fromUs, toUs }: TroubleWindow,
  peer: Omit<PeerGroup, 'groups'>,
  groups: readonly EndingGroup[],
  intervals: readonly StateInterval[],
): Unanswered[] {
  const waiting = intervals.filter(({ untilUs }) => untilUs === null || untilUs > toUs);
  const late = intervals.filter(
    ({ untilUs, nextState }) =>
      untilUs !== null && untilUs <= toUs && ((1 << (nextState ?? 0)) & ESTABLISHED_MASK) !== 0,
  );
  const [oldest] = waiting;
  const example = oldest === undefined ? undefined : exampleOf(context, oldest.id);
  const obstacleNow = example === undefined ? undefined : obstacleOf(example, context);
  const obstacles = new Set<Obstacle | undefined>(groups.map(({ obstacle }) => obstacle));
  if (waiting.length > 0) obstacles.add(obstacleNow);
  if (late.length > 0) obstacles.add(undefined);
  const worst = obstacles.size === 1 ? worstMoment(intervals, { fromUs, toUs }, PATIENCE_US, () => true) : undefined;
  return [...obstacles].map((obstacle) => ({
    ...peer,
    obstacle,
    groups: groups.filter((group) => group.obstacle === obstacle),
    waiting: obstacle === obstacleNow ? waiting : [],
    late: obstacle === undefined ? late : [],
    worst,
  }));
}

function unanswered(context: ExplainContext, { toUs }: TroubleWindow, peer: Unanswered): FoundTrouble {
  const { netns, netnsIdentity, address, port, groups, obstacle, waiting, late } = peer;
  const n = total(groups) + waiting.length + late.length;
  // Each list is in order of its beginnings, and may be too long for the arguments of a call.
  const fromUs = Math.min(
    ...[waiting, late].flatMap((each) => each[0]?.sinceUs ?? []),
    ...groups.map(({ openedUs }) => openedUs),
  );
  const answeredUs = late.reduce((us, { untilUs }) => Math.max(us, untilUs ?? 0), 0);
  const lastUs = waiting.length > 0 ? toUs : Math.max(lastOf(groups), answeredUs);
  const ids = [...waiting.slice(-1), ...late.slice(-1)].map(({ id }) => id);
  const exampleIds = [...new Set([...ids, ...idsOf(groups)])].slice(0, MOST_EXAMPLES);
  return troubleOf(obstacle ?? 'unanswered SYN', {
    netns,
    netnsIdentity,
    subject: endpoint(address, port),
    fromUs,
    toUs: lastUs,
    count: n,
    exampleIds,
    peers: [endpoint(address, port)],
    alike: address,
    more: connectionsAt(false, address, port),
    peer: obstacle === undefined ? address : undefined,
    explain: () => {
      const example = exampleOf(context, exampleIds[0] ?? 0);
      return [
        sentence(
          words`${counted(n, 'connect')} to ${endpoint(address, port)} got no answer (${waysOf(peer)})${whoText(example, n)}.`,
          count('unanswered connect', n, fromUs, lastUs),
        ),
        ...atWorst(peer, n),
        ...(example === undefined ? [] : causeOf(context, example, obstacle)),
      ];
    },
  });
}

function causeOf(context: ExplainContext, example: Subject, obstacle: Obstacle | undefined): Sentence[] {
  return obstacle === undefined ? withoutAnswer(context, example) : [obstacleSentence(obstacle, example, context)];
}

/** A full queue of this host is the cause: other ports need no mention then. */
function withoutAnswer(context: ExplainContext, example: Subject): Sentence[] {
  const queue = explainAcceptQueue(example, context);
  return [...queue, ...samePort(example, context), ...(queue.length > 0 ? [] : otherPorts(example, context))];
}

/** `1 still waiting since T`, `2 still waiting, the oldest since T, 2 timed out, 1 answered after 7.1s`. */
function waysOf({ groups, waiting, late }: Unanswered): Piece[] {
  const [oldest] = waiting;
  const longestUs = late.reduce((us, { sinceUs, untilUs }) => Math.max(us, (untilUs ?? sinceUs) - sinceUs), 0);
  const ended = new Map<string, number>();
  for (const { reason, n } of groups) {
    const how = reason === 'aborted' ? 'given up by the program' : reason;
    ended.set(how, (ended.get(how) ?? 0) + n);
  }
  const ways = [
    ...(oldest === undefined
      ? []
      : [
          words`${waiting.length} still waiting${waiting.length === 1 ? ' since' : ', the oldest since'} ${at(oldest.sinceUs)}`,
        ]),
    ...[...ended].map(([how, n]) => words`${n} ${how}`),
    ...(late.length === 0 ? [] : [words`${late.length} answered late, after up to ${lasting(longestUs)}`]),
  ];
  return ways.flatMap((part, index) => (index === 0 ? part : [', ', ...part]));
}

/** How many waited at once, where that is not said by their number. */
function atWorst({ worst }: Unanswered, n: number): Sentence[] {
  const [oldest] = worst?.present ?? [];
  if (worst === undefined || oldest === undefined || worst.present.length < 2 || worst.present.length === n) return [];
  return [
    sentence(
      words`At worst ${worst.present.length} of them waited at once, at ${at(worst.atUs)}, the oldest since ${at(oldest.sinceUs)}.`,
      count('SYN', worst.present.length, oldest.sinceUs, worst.atUs, 'without an answer'),
    ),
  ];
}
