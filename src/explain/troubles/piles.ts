/** Sockets that pile up: in CLOSE-WAIT at their owner, in TIME-WAIT toward a peer. */

import { ALWAYS } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import { maskOfStates } from '../../model/tcp-state.js';
import { connectionById } from '../../query/connection-by-id.js';
import { type StateInterval, stateIntervals } from '../../query/state-intervals.js';
import { windowSockets } from '../../query/window-sockets.js';
import { isLeak, PILE_AFTER_US } from '../close-wait-leak.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { SAMPLED_US, sentAfter } from '../half-close.js';
import { isPileUp, sizeOf } from '../port-exhaustion.js';
import { at, count, lasting, type Piece, sentence, words } from '../sentence.js';
import { processText } from '../subject.js';
import { waitingAt } from '../unaccepted.js';
import { type Moment, worstMoment } from '../worst-moment.js';
import type { TroubleWindow } from './endings.js';
import { troubleOf } from './trouble.js';

/** Those of one moment end within two periods of this length: a snapshot may see the end up to ten seconds later. */
const LONGER_THAN_TIME_WAIT_US = 75_000_000;
/** A process that ends closes all its sockets within this time. */
const AT_ONCE_US = 1_000_000;
const TIME_WAIT_MASK = maskOfStates(['TIME-WAIT']);
const ACCEPTED = codeOfOrigin('accept');
const BEFORE_RECORDING = codeOfOrigin('before-recording');

export function closeWaitLeaks(context: ExplainContext, { fromUs, toUs, condition }: TroubleWindow): FoundTrouble[] {
  const window = { fromUs, toUs };
  const wish = { states: ['CLOSE-WAIT'], window, leastUs: PILE_AFTER_US, condition } as const;
  const owners = new Map<string, StateInterval[]>();
  for (const each of stateIntervals(context.database, context.span, wish)) {
    const key = `${context.reuse.identity(each.netns, each.sinceUs)} ${each.pid ?? ''}`;
    const held = owners.get(key);
    if (held === undefined) owners.set(key, [each]);
    else held.push(each);
  }
  return [...owners.values()].flatMap((held) => {
    if (worstMoment(held, window, PILE_AFTER_US, isLeak) === undefined) return [];
    const idle = held.flatMap((each) => idleOf(context, each, toUs) ?? []).sort((a, b) => a.sinceUs - b.sinceUs);
    const worst = worstMoment(idle, window, PILE_AFTER_US, isLeak);
    return worst === undefined ? [] : [closeWaitLeak(context, worst, toUs)];
  });
}

/** A half-closed connection that still sends is not forgotten: it counts from when that was over. */
function idleOf(context: ExplainContext, each: StateInterval, toUs: number): StateInterval | undefined {
  const untilUs = Math.min(each.untilUs ?? toUs, toUs);
  // Nor is one that no process has accepted.
  const connection = each.pid === null ? connectionById(context.database, each.id) : undefined;
  if (connection !== undefined && waitingAt(connection, context, untilUs) !== undefined) return undefined;
  const transfer = sentAfter(context, each.id, each.sinceUs, untilUs);
  if (transfer === undefined) return each;
  const sinceUs = transfer.lastUs + SAMPLED_US;
  return sinceUs + PILE_AFTER_US > untilUs ? undefined : { ...each, sinceUs };
}

function closeWaitLeak(
  context: ExplainContext,
  { atUs, present }: Moment<StateInterval>,
  windowEndUs: number,
): FoundTrouble {
  const [first, last] = [present[0], present.at(-1)];
  const [netns, oldest, n] = [first?.netns ?? 0, first?.sinceUs ?? atUs, present.length];
  const owner = first === undefined || first.pid === null ? 'an unknown process' : processText(first.comm, first.pid);
  const peers = new Set(
    present.map((each) =>
      each.origin === ACCEPTED || wasAccepted(each, present) ? each.address : endpoint(each.address, each.port),
    ),
  );
  const where = peers.size === 1 ? ` of one peer, ${last?.address ?? '?'}` : ` of ${peers.size} peers`;
  const goneUs = present.reduce((us, { untilUs }) => Math.max(us, untilUs ?? Number.POSITIVE_INFINITY), 0);
  const left = present.filter(({ untilUs }) => untilUs === null || untilUs > windowEndUs).length;
  const rest =
    left === 0
      ? goneText(present, goneUs)
      : words`${left} of them ${left === 1 ? 'is' : 'are'} left at ${at(windowEndUs)}.`;
  return troubleOf('CLOSE-WAIT leak', {
    netns,
    netnsIdentity: context.reuse.identity(netns, oldest),
    subject: owner,
    fromUs: oldest,
    toUs: Math.min(goneUs, windowEndUs),
    count: n,
    exampleIds: [...new Set([first?.id ?? 0, last?.id ?? 0])],
    processes: [owner],
    peers: [...peers],
    alike: first?.comm ?? undefined,
    more: ['timeline', '--oneline', 'state', 'close-wait', ...(first?.pid == null ? [] : ['pid', '=', `${first.pid}`])],
    explain: () => [
      sentence(
        left === n
          ? words`${owner} holds ${counted(n, 'socket')} in CLOSE-WAIT${where}, the oldest since ${at(oldest)}, ${lasting(windowEndUs - oldest)} ago: the peers have closed, and it has not. They stay until it closes them: no timer ends them.`
          : words`At ${at(atUs)} ${owner} held ${counted(n, 'socket')} in CLOSE-WAIT${where}, the oldest since ${at(oldest)}: the peers had closed, and it had not. ${rest}`,
        count('socket', n, oldest, atUs, `in CLOSE-WAIT of ${owner}`),
      ),
    ],
  });
}

/** Of what was there before the recorder: several with one local port came to a listener. */
function wasAccepted({ origin, id, localPort }: StateInterval, present: readonly StateInterval[]): boolean {
  return origin === BEFORE_RECORDING && present.some((other) => other.id !== id && other.localPort === localPort);
}

/** Those of a process that ends are closed at once. */
function goneText(present: readonly StateInterval[], goneUs: number): Piece[] {
  const firstUs = present.reduce((us, { untilUs }) => Math.min(us, untilUs ?? us), goneUs);
  return present.length > 1 && goneUs - firstUs <= AT_ONCE_US
    ? words`All of them were gone by ${at(goneUs)}, within ${lasting(goneUs - firstUs)}: the process ended, or closed them together.`
    : words`The last of them was gone at ${at(goneUs)}.`;
}

interface TimeWaitPeer {
  readonly netns: number;
  /** When the first of the connections to it was opened. */
  readonly openedUs: number;
  readonly address: string;
  readonly port: number;
}

/** At the moment of the window at which most were in TIME-WAIT. */
export function timeWaitPileUps(context: ExplainContext, window: TroubleWindow): FoundTrouble[] {
  const { fromUs, toUs, condition = ALWAYS } = window;
  const connected = `origin <> ${ACCEPTED} AND (${condition.sql})`;
  const crowded = crowdedPorts(context, window, connected);
  if (crowded.length === 0) return [];
  const where = `(states & ${TIME_WAIT_MASK}) <> 0 AND remote_port IN (SELECT value FROM json_each(@crowded)) AND ${connected}`;
  const rows = context.database
    .prepare(
      `SELECT netns, ${context.reuse.sql} AS which, min(opened_us) AS openedUs, remote_addr AS address, remote_port AS port, count(*) AS n
       FROM (${windowSockets(context.span, window, { select: 'netns, opened_us, remote_addr, remote_port', where })})
       GROUP BY netns, which, remote_addr, remote_port`,
    )
    .all({
      ...{ ...condition.params, fromUs, toUs },
      ...{ crowded: JSON.stringify(crowded), changes: context.reuse.json },
    }) as (TimeWaitPeer & { n: number })[];
  return rows
    .filter(({ netns, openedUs, n }) => isPileUp(n, context.localPorts(netns, openedUs)))
    .flatMap((peer) => {
      const ports = context.localPorts(peer.netns, peer.openedUs);
      const { fromUs: sinceUs, toUs: untilUs } = context.reuse.during(peer.netns, peer.openedUs);
      const intervals = stateIntervals(context.database, context.span, {
        states: ['TIME-WAIT'],
        window: { fromUs, toUs },
        leastUs: 0,
        condition: {
          sql: `${connected} AND netns = @netnsOfPile AND remote_addr = @addressOfPile AND remote_port = @portOfPile AND opened_us BETWEEN @sinceUs AND @untilUs`,
          params: {
            ...{ ...condition.params, netnsOfPile: peer.netns, addressOfPile: peer.address, portOfPile: peer.port },
            ...{ sinceUs, untilUs },
          },
        },
      });
      const worst = worstMoment(intervals, { fromUs, toUs }, 0, (n) => isPileUp(n, ports));
      return worst === undefined ? [] : timeWaitPileUp(context, peer, intervals, worst, toUs);
    });
}

interface EndedRow {
  readonly netns: number;
  readonly port: number;
  readonly period: number;
  readonly n: number;
}

/** Those toward which enough TIME-WAITs ended in a short time to have been a pile-up: sorting by numbers is much faster than by addresses. */
function crowdedPorts(context: ExplainContext, window: TroubleWindow, connected: string): number[] {
  const { fromUs, toUs, condition = ALWAYS } = window;
  const select = `netns, remote_port AS port, coalesce(closed_us, @toUs) / ${LONGER_THAN_TIME_WAIT_US} AS period`;
  const where = `(states & ${TIME_WAIT_MASK}) <> 0 AND ${connected}`;
  const rows = context.database
    .prepare(
      `SELECT netns, port, period, count(*) AS n FROM (${windowSockets(context.span, window, { select, where })}) GROUP BY 1, 2, 3`,
    )
    .all({ ...condition.params, fromUs, toUs }) as EndedRow[];
  const counts = new Map(rows.map(({ netns, port, period, n }) => [`${netns} ${port} ${period}`, n]));
  const crowded = rows.filter(({ netns, port, period, n }) =>
    isPileUp(
      n + (counts.get(`${netns} ${port} ${period + 1}`) ?? 0),
      context.localPorts(netns, (period + 2) * LONGER_THAN_TIME_WAIT_US),
    ),
  );
  return [...new Set(crowded.map(({ port }) => port))];
}

function timeWaitPileUp(
  context: ExplainContext,
  { netns, openedUs, address, port }: TimeWaitPeer,
  intervals: readonly StateInterval[],
  { atUs, present }: Moment<StateInterval>,
  toUs: number,
): FoundTrouble[] {
  const ports = context.localPorts(netns, openedUs);
  const [n, end] = [present.length, endpoint(address, port)];
  const [first, last] = [present[0], present.at(-1)];
  if (first === undefined || last === undefined) return [];
  const left = intervals.filter(({ untilUs }) => untilUs === null || untilUs > toUs).length;
  const share =
    ports === undefined ? '' : `, out of ${counted(sizeOf(ports), 'local port')} (ip_local_port_range, as set now)`;
  const endUs = Math.max(...[first, last].map(({ untilUs }) => Math.min(untilUs ?? toUs, toUs)));
  return [
    troubleOf('TIME-WAIT pile-up', {
      netns,
      netnsIdentity: context.reuse.identity(netns, openedUs),
      subject: end,
      fromUs: first.sinceUs,
      toUs: endUs,
      count: n,
      exampleIds: [last.id],
      peers: [end],
      alike: address,
      more: ['count', '--by', 'state', 'dst', end],
      explain: () => [
        sentence(
          left === n
            ? words`${counted(n, 'socket')} toward ${end} are in TIME-WAIT${share}. TIME-WAIT lasts 60 s: connections to it are opened and closed so fast that local ports run short. Keep connections open and use them again.`
            : words`At ${at(atUs)} ${counted(n, 'socket')} toward ${end} were in TIME-WAIT${share}. TIME-WAIT lasts 60 s: connections to it were opened and closed so fast that local ports ran short. ${left} of them ${left === 1 ? 'is' : 'are'} left at ${at(toUs)}.`,
          count('socket', n, first.sinceUs, atUs, `in TIME-WAIT toward ${end}`),
        ),
      ],
    }),
  ];
}
