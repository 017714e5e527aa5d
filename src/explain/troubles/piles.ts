/** Sockets that pile up: in CLOSE-WAIT at their owner, in TIME-WAIT toward a peer, half-open at a listener. */

import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import { connectionById } from '../../query/connection-by-id.js';
import { socketsInState } from '../../query/sockets-in-state.js';
import { type StateInterval, stateIntervals } from '../../query/state-intervals.js';
import { isLeak, PILE_AFTER_US } from '../close-wait-leak.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { SAMPLED_US, sentAfter } from '../half-close.js';
import { FLOOD_COUNT } from '../half-open-flood.js';
import { isPileUp, sizeOf } from '../port-exhaustion.js';
import { at, count, lasting, sentence, words } from '../sentence.js';
import { waitingAt } from '../unaccepted.js';
import { type Moment, worstMoment } from '../worst-moment.js';
import type { EndingGroup, TroubleWindow } from './endings.js';
import type { PeerRow } from './peer-row.js';
import { troubleOf } from './trouble.js';

/** The client of a half-open connection older than this did not receive, or did not answer, the first SYN-ACK. */
const HALF_OPEN_AFTER_US = 1_000_000;
const ACCEPTED = codeOfOrigin('accept');

export function closeWaitLeaks(context: ExplainContext, { fromUs, toUs, condition }: TroubleWindow): FoundTrouble[] {
  const window = { fromUs, toUs };
  const wish = { states: ['CLOSE-WAIT'], window, leastUs: PILE_AFTER_US, condition } as const;
  const owners = new Map<string, StateInterval[]>();
  for (const each of stateIntervals(context.database, wish)) {
    const key = `${each.netns} ${each.pid ?? ''}`;
    const held = owners.get(key);
    if (held === undefined) owners.set(key, [each]);
    else held.push(each);
  }
  return [...owners.values()].flatMap((held) => {
    if (worstMoment(held, window, PILE_AFTER_US, isLeak) === undefined) return [];
    const idle = held.flatMap((each) => idleOf(context, each, toUs) ?? []).sort((a, b) => a.sinceUs - b.sinceUs);
    const worst = worstMoment(idle, window, PILE_AFTER_US, isLeak);
    return worst === undefined ? [] : [closeWaitLeak(worst, toUs)];
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

function closeWaitLeak({ atUs, present }: Moment<StateInterval>, windowEndUs: number): FoundTrouble {
  const [first, last] = [present[0], present.at(-1)];
  const [netns, oldest, n] = [first?.netns ?? 0, first?.sinceUs ?? atUs, present.length];
  const owner = first === undefined || first.pid === null ? 'an unknown process' : `${first.comm ?? '?'}[${first.pid}]`;
  const peers = new Set(
    present.map(({ address, port, origin }) => (origin === ACCEPTED ? address : endpoint(address, port))),
  );
  const where = peers.size === 1 ? ` of one peer, ${last?.address ?? '?'}` : ` of ${peers.size} peers`;
  const goneUs = present.reduce((us, { untilUs }) => Math.max(us, untilUs ?? Number.POSITIVE_INFINITY), 0);
  const left = present.filter(({ untilUs }) => untilUs === null || untilUs > windowEndUs).length;
  const rest =
    left === 0
      ? words`The last of them was gone at ${at(goneUs)}.`
      : words`${left} of them ${left === 1 ? 'is' : 'are'} left at ${at(windowEndUs)}.`;
  return troubleOf('CLOSE-WAIT leak', {
    netns,
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
          ? words`${owner} holds ${counted(n, 'socket')} in CLOSE-WAIT${where}, the oldest since ${at(oldest)}, ${lasting(windowEndUs - oldest)} ago: the peers have closed, it has not, and no timer ends them.`
          : words`At ${at(atUs)} ${owner} held ${counted(n, 'socket')} in CLOSE-WAIT${where}, the oldest since ${at(oldest)}: the peers had closed, it had not, and no timer ends them. ${rest}`,
        count('socket', n, oldest, atUs, `in CLOSE-WAIT of ${owner}`),
      ),
    ],
  });
}

export function timeWaitPileUps(context: ExplainContext, { toUs, condition }: TroubleWindow): FoundTrouble[] {
  const { sql, params } = socketsInState(context.span, toUs, ['TIME-WAIT'], condition);
  const rows = context.database
    .prepare(
      `SELECT netns, remote_addr AS address, remote_port AS port, count(*) AS n, min(since_us) AS oldest, max(id) AS lastId
       FROM ${sql} WHERE origin <> ${codeOfOrigin('accept')} GROUP BY 1, 2, 3`,
    )
    .all(params) as PeerRow[];
  return rows
    .map((row) => ({ ...row, ports: context.localPorts(row.netns) }))
    .filter(({ n, ports }) => isPileUp(n, ports))
    .map(({ netns, address, port, n, oldest, lastId, ports }) => {
      const end = endpoint(address, port);
      const share =
        ports === undefined ? '' : `, out of ${counted(sizeOf(ports), 'local port')} (ip_local_port_range, as set now)`;
      return troubleOf('TIME-WAIT pile-up', {
        netns,
        subject: end,
        fromUs: oldest,
        toUs,
        count: n,
        exampleIds: [lastId],
        peers: [end],
        alike: address,
        more: ['count', '--by', 'state', 'dst', end],
        explain: () => [
          sentence(
            words`${counted(n, 'socket')} toward ${end} are in TIME-WAIT, which lasts 60 s${share}: connections to it are opened and closed so fast that local ports run short.`,
            count('socket', n, oldest, toUs, `in TIME-WAIT toward ${end}`),
          ),
        ],
      });
    });
}

interface ListenerRow extends PeerRow {
  readonly peers: number;
}

/** Half-open at the end of the window, and those that ended half-open in it. */
export function halfOpenFloods(
  context: ExplainContext,
  { toUs, condition }: TroubleWindow,
  endings: readonly EndingGroup[],
): FoundTrouble[] {
  const { sql, params } = socketsInState(context.span, toUs, ['SYN-RECV', 'NEW-SYN-RECV'], condition);
  const halfOpen = context.database
    .prepare(
      `SELECT netns, max(local_addr) AS address, local_port AS port, count(*) AS n, count(DISTINCT remote_addr) AS peers,
         min(since_us) AS oldest, max(id) AS lastId
       FROM ${sql} WHERE since_us <= @latestUs GROUP BY 1, 3`,
    )
    .all({ ...params, latestUs: toUs - HALF_OPEN_AFTER_US }) as ListenerRow[];
  const listeners = new Map<string, { row: PeerRow; halfOpen: number; peers: number; ended: number; lastUs: number }>();
  for (const row of halfOpen) {
    listeners.set(`${row.netns} ${row.port}`, { row, halfOpen: row.n, peers: row.peers, ended: 0, lastUs: toUs });
  }
  for (const { inbound, established, netns, address, port, n, firstUs, lastUs, lastId } of endings) {
    if (!inbound || established) continue;
    const key = `${netns} ${port}`;
    const known = listeners.get(key);
    const row = known?.row ?? { netns, address, port, n: 0, oldest: firstUs, lastId };
    listeners.set(key, {
      row: { ...row, oldest: Math.min(row.oldest, firstUs) },
      halfOpen: known?.halfOpen ?? 0,
      peers: known?.peers ?? 0,
      ended: (known?.ended ?? 0) + n,
      lastUs: Math.max(known?.lastUs ?? 0, lastUs),
    });
  }
  return [...listeners.values()]
    .filter((each) => each.halfOpen + each.ended >= FLOOD_COUNT)
    .map(({ row, halfOpen: n, peers, ended, lastUs }) => {
      const from = n === 0 ? '' : `, from ${counted(peers, 'address')}`;
      const end = endpoint(row.address, row.port);
      return troubleOf('half-open flood', {
        netns: row.netns,
        subject: end,
        fromUs: row.oldest,
        toUs: lastUs,
        count: n + ended,
        exampleIds: [row.lastId],
        more: ['timeline', '--oneline', 'state', 'syn-recv', 'sport', '=', `:${row.port}`],
        explain: () => [
          sentence(
            words`${counted(n + ended, 'handshake')} with ${end} ${n + ended === 1 ? 'was' : 'were'} started and not completed: ${n} half-open at ${at(toUs)}${from}, ${ended} ended before. Possible causes: clients that do not receive the SYN-ACKs, a scan, a flood of forged SYNs, a full accept queue.`,
            count('half-open connection', n, row.oldest, toUs),
            count('connection', ended, row.oldest, lastUs, 'that ended half-open'),
          ),
        ],
      });
    });
}
