/** Listeners that were restarted while clients came, and what failed for that. */
import { ALWAYS } from '../../model/condition.js';
import type { Connection } from '../../model/connection.js';
import { counted } from '../../model/counted.js';
import { type CloseReason, closeReasonOfCode, codeOfCloseReason, codeOfOrigin } from '../../model/stored-codes.js';
import { listenersBetween } from '../../query/listeners.js';
import { livesBetween } from '../../query/lives.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { accepts } from '../listeners.js';
import { OWN_ADDRESS } from '../own-address.js';
import { AFTER_US, BEFORE_US, type Restart, restarted, restartsOf } from '../restart.js';
import { count, sentence, words } from '../sentence.js';
import { localEndOf, ownerOf } from '../subject.js';
import type { EndingGroup, TroubleWindow } from './endings.js';
import { MOST_EXAMPLES, peerKey } from './peer-group.js';
import { troubleOf } from './trouble.js';

/** So many restarts of a window are looked at, the latest. */
const MOST_RESTARTS = 100;

/** Connections that failed in a restart alike. */
interface Victims {
  readonly inbound: boolean;
  readonly reason: CloseReason;
  readonly address: string;
  readonly port: number;
  readonly n: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly lastId: number;
}

type VictimRow = Omit<Victims, 'inbound' | 'reason'> & { readonly inbound: number; readonly reason: number };

const INBOUND = `origin = ${codeOfOrigin('accept')}`;
const [REFUSED, RESET, ABORTED] = (['refused', 'reset by peer', 'aborted'] as const).map(codeOfCloseReason);

function victimsSql(condition: string): string {
  const failed = `netns = @netns AND closed_us BETWEEN @fromUs AND @toUs AND (${condition})
    AND ((remote_port = @port AND close_reason IN (${REFUSED}, ${RESET}) AND ${OWN_ADDRESS})
      OR (local_port = @port AND ${INBOUND} AND close_reason = ${ABORTED}))`;
  return `SELECT inbound, reason, address, port, count(*) AS n, min(closed_us) AS firstUs, max(closed_us) AS lastUs, max(id) AS lastId
    FROM (SELECT id, closed_us, close_reason AS reason, ${INBOUND} AS inbound,
      CASE WHEN ${INBOUND} THEN local_addr ELSE remote_addr END AS address, @port AS port
    FROM (${livesBetween({ select: 'socket.*', where: failed, closedOnly: true })}))
    GROUP BY 1, 2, 3 ORDER BY reason, lastId`;
}

export interface Restarts {
  readonly troubles: readonly FoundTrouble[];
  /** What ended badly for other reasons. */
  readonly rest: readonly EndingGroup[];
}

export function listenerRestarts(
  context: ExplainContext,
  { fromUs, toUs, condition = ALWAYS }: TroubleWindow,
  endings: readonly EndingGroup[],
): Restarts {
  const ports = new Map<string, Connection[]>();
  for (const listener of listenersBetween(context.database, fromUs, toUs)) {
    const key = `${context.reuse.identity(listener.netns, listener.openedUs)} ${listener.tuple.localPort}`;
    ports.set(key, [...(ports.get(key) ?? []), listener]);
  }
  const restarts = [...ports.values()]
    .flatMap(restartsOf)
    .filter(({ goneUs, backUs }) => backUs >= fromUs && goneUs <= toUs)
    .sort((a, b) => b.goneUs - a.goneUs)
    .slice(0, MOST_RESTARTS);
  if (restarts.length === 0) return { troubles: [], rest: endings };
  const statement = context.database.prepare(victimsSql(condition.sql));
  const claimed = new Map<string, number>();
  const troubles = restarts.flatMap((restart) => {
    const { netns, tuple } = restart.before;
    const netnsIdentity = context.reuse.identity(netns, restart.before.openedUs);
    const params = {
      ...{ ...condition.params, netns, port: tuple.localPort },
      fromUs: Math.max(fromUs, restart.goneUs - BEFORE_US),
      toUs: Math.min(toUs, restart.backUs + AFTER_US),
    };
    const victims = (statement.all(params) as VictimRow[])
      .filter(({ address }) => accepts(restart.before, address))
      .map((row) => ({ ...row, inbound: row.inbound !== 0, reason: closeReasonOfCode(row.reason) ?? 'unknown' }));
    for (const each of victims) {
      const key = claimKey({ ...each, netnsIdentity });
      claimed.set(key, (claimed.get(key) ?? 0) + each.n);
    }
    return victims.length === 0 ? [] : [restartTrouble(restart, netnsIdentity, victims)];
  });
  return { troubles, rest: without(endings, claimed) };
}

function claimKey(group: Pick<EndingGroup, 'netnsIdentity' | 'inbound' | 'address' | 'port' | 'reason'>): string {
  return `${peerKey(group)} ${group.reason}`;
}

function without(endings: readonly EndingGroup[], claimed: Map<string, number>): EndingGroup[] {
  return endings.flatMap((group) => {
    const key = claimKey(group);
    const taken = Math.min(group.n, claimed.get(key) ?? 0);
    claimed.set(key, (claimed.get(key) ?? 0) - taken);
    return taken === group.n ? [] : [{ ...group, n: group.n - taken }];
  });
}

function restartTrouble(restart: Restart, netnsIdentity: string, victims: readonly Victims[]): FoundTrouble {
  const { before, after, goneUs, backUs } = restart;
  const n = victims.reduce((sum, each) => sum + each.n, 0);
  const ways = victims.map((each) => `${each.n} ${each.reason === 'aborted' ? 'reset by this host' : each.reason}`);
  const [firstUs, lastUs] = [Math.min(...victims.map((v) => v.firstUs)), Math.max(...victims.map((v) => v.lastUs))];
  return troubleOf('listener restart', {
    netns: before.netns,
    netnsIdentity,
    subject: localEndOf(before),
    listeners: [localEndOf(before)],
    fromUs: goneUs,
    toUs: backUs,
    count: n,
    exampleIds: victims.map(({ lastId }) => lastId).slice(0, MOST_EXAMPLES),
    processes: [...new Set([before, after].map(ownerOf))],
    peers: [],
    alike: `${before.comm ?? ''} ${before.tuple.localPort}`,
    more: [
      'timeline',
      '--oneline',
      '(',
      'sport',
      '=',
      `:${before.tuple.localPort}`,
      'or',
      'dport',
      '=',
      `:${before.tuple.localPort}`,
      ')',
    ],
    explain: () => [
      restarted(restart),
      sentence(
        words`${counted(n, 'connection')} of this host failed because of it (${ways.join(', ')}).`,
        count('connection', n, firstUs, lastUs, `that failed at port ${before.tuple.localPort}`),
      ),
    ],
  });
}
