/** What ended badly in a window, in groups: one pass over the table. */

import type { Condition } from '../../model/condition.js';
import { ALWAYS } from '../../model/condition.js';
import { SELF_CHECK_ADDRESS } from '../../model/self-check.js';
import type { CloseReason } from '../../model/stored-codes.js';
import { closeReasonOfCode, codeOfCloseReason, codeOfOrigin, codeOfSource } from '../../model/stored-codes.js';
import { maskOfStates } from '../../model/tcp-state.js';
import { identityOf } from '../../query/netns-reuse.js';
import { windowSockets } from '../../query/window-sockets.js';
import type { ExplainContext } from '../context.js';
import { DROPPED, FIRST_RETRANSMIT_US, type Obstacle, QUEUED } from '../obstacle.js';
import { ESTABLISHED_MASK, FIN_WAIT_2_MASK, HALF_OPEN_MASK, NEVER_OPEN_MASK } from '../state-masks.js';

/** What `explain --all` looks at. */
export interface TroubleWindow {
  readonly fromUs: number;
  readonly toUs: number;
  /** On the columns of the table `socket`. */
  readonly condition: Condition | undefined;
}

/** Connections that ended in one way, toward one peer (or, if inbound, at one local address). */
export interface EndingGroup {
  readonly netns: number;
  readonly netnsIdentity: string;
  /** Accepted connections: address and port are this host's. */
  readonly inbound: boolean;
  readonly reason: CloseReason;
  /** connect(2) failed at once. */
  readonly atOnce: boolean;
  /** The errno with which it did. */
  readonly error: string | undefined;
  /** What kept its SYNs on this host. */
  readonly obstacle: Obstacle | undefined;
  /** It failed, and was bound to a local port. */
  readonly bound: boolean;
  readonly established: boolean;
  readonly finWait2: boolean;
  readonly byTimer: boolean;
  /** A segment was retransmitted. */
  readonly retransmitted: boolean;
  readonly address: string;
  readonly port: number;
  readonly n: number;
  /** When the first was opened, and when the first and the last ended. */
  readonly openedUs: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly lastId: number;
  readonly firstId: number;
}

/** At most so many groups are read: the largest. */
const MOST_GROUPS = 1_000;
const HALF_OPEN = `((states & ${HALF_OPEN_MASK}) <> 0 AND (states & ${ESTABLISHED_MASK}) = 0)`;
/** The check of another recorder on this host: it is no trouble. */
const SELF_CHECKED = `(states = ${NEVER_OPEN_MASK} AND remote_addr = '${SELF_CHECK_ADDRESS}')`;
const INBOUND = `origin = ${codeOfOrigin('accept')}`;

/** A connect without a free port was in SYN-SENT for an instant. */
const AT_ONCE = `(states = ${NEVER_OPEN_MASK} OR close_reason = ${codeOfCloseReason('failed')})`;
const UNANSWERED_MASK = maskOfStates(['SYN-SENT', 'UNCONN']);
/** As obstacleOf() finds it. */
const failedWith = (detail: string) =>
  `EXISTS (SELECT 1 FROM events e WHERE e.connection_id = ended.id AND e.kind = 'retransmit' AND e.detail = '${detail}')`;
const OBSTACLE = `CASE WHEN ${failedWith(DROPPED)} THEN 'local firewall'
  WHEN NOT ${failedWith('SYN')} AND (${failedWith(QUEUED)} OR (retransmits = 0
    AND close_reason = ${codeOfCloseReason('unreachable')} AND closed_us - opened_us >= ${FIRST_RETRANSMIT_US})) THEN 'unanswered ARP' END`;

function groupsSql(source: string, which: string): string {
  return `
SELECT netns, ${which} AS which, ${INBOUND} AS inbound, close_reason AS reason,
  ${AT_ONCE} AS atOnce,
  CASE WHEN ${AT_ONCE} THEN
    (SELECT detail FROM events e WHERE e.connection_id = ended.id AND e.kind = 'connect' LIMIT 1) END AS error,
  CASE WHEN states = ${UNANSWERED_MASK} AND NOT ${INBOUND} AND NOT ${AT_ONCE} THEN ${OBSTACLE} END AS obstacle,
  (close_reason = ${codeOfCloseReason('failed')} AND local_port > 0) AS bound,
  (states & ${ESTABLISHED_MASK}) <> 0 AS established, (states & ${FIN_WAIT_2_MASK}) <> 0 AS finWait2,
  closed_source = ${codeOfSource('timer')} AS byTimer, retransmits > 0 AS retransmitted,
  CASE WHEN ${INBOUND} THEN local_addr ELSE remote_addr END AS address,
  CASE WHEN ${INBOUND} THEN local_port ELSE remote_port END AS port,
  count(*) AS n, min(opened_us) AS openedUs, min(closed_us) AS firstUs, max(closed_us) AS lastUs, max(id) AS lastId, min(id) AS firstId
FROM (${source}) AS ended
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 ORDER BY n DESC LIMIT ${MOST_GROUPS}`;
}

/** As SQLite returns it: booleans as 0 and 1, reasons by their code. */
type Row = { readonly which: number } & {
  readonly [K in Exclude<keyof EndingGroup, 'netnsIdentity'>]: K extends 'reason'
    ? number
    : K extends 'error' | 'obstacle'
      ? EndingGroup[K] | null
      : EndingGroup[K] extends boolean
        ? number
        : EndingGroup[K];
};

/** The groups of connections that ended badly or were never established, the largest first. */
export function endingsOf(context: ExplainContext, { fromUs, toUs, condition = ALWAYS }: TroubleWindow): EndingGroup[] {
  const bad = `closed_us BETWEEN @fromUs AND @toUs
    AND (close_reason NOT IN (${codeOfCloseReason('orderly')}, ${codeOfCloseReason('unknown')}) OR ${HALF_OPEN})
    AND NOT ${SELF_CHECKED} AND (${condition.sql})`;
  const source = windowSockets(context.span, { fromUs, toUs }, { select: 'socket.*', where: bad, closedOnly: true });
  const rows = context.database
    .prepare(groupsSql(source, context.reuse.sql))
    .all({ ...condition.params, fromUs, toUs, changes: context.reuse.json }) as Row[];
  return rows.map(({ which, ...row }) => ({
    ...row,
    netnsIdentity: identityOf(row.netns, which),
    inbound: row.inbound !== 0,
    reason: closeReasonOfCode(row.reason) ?? 'unknown',
    atOnce: row.atOnce !== 0,
    error: row.error ?? undefined,
    obstacle: row.obstacle ?? undefined,
    bound: row.bound !== 0,
    established: row.established !== 0,
    finWait2: row.finWait2 !== 0,
    byTimer: row.byTimer !== 0,
    retransmitted: row.retransmitted !== 0,
  }));
}
