/** Ordinary short connections of the outbox, counted inside SQLite: most of what ends on a busy host is neither slow nor a failure. */
import { STEP_SQL } from '../model/path-layout.js';
import { codeOfCloseReason, codeOfOrigin, FORESEEN } from '../model/stored-codes.js';
import { codeOfState, maskOfStates } from '../model/tcp-state.js';
import { stepFromEnd } from '../query/path-sql.js';
import { REACHED_US } from '../store/socket-columns.js';
import { SLOW_US } from './what.js';

const [LAST, BEFORE_LAST] = [stepFromEnd(1), stepFromEnd(2)];

/** Nothing but a TIME-WAIT followed the first second. */
const WAITED_ONLY = `${STEP_SQL.newState(LAST)} = ${codeOfState('UNCONN')}
  AND ${STEP_SQL.newState(BEFORE_LAST)} = ${codeOfState('TIME-WAIT')} AND ${STEP_SQL.delayUs(BEFORE_LAST)} <= ${SLOW_US}`;

/**
 * 1 for rows of the table `socket` of which `isWhole` is false whatever was chosen, except all. For others it is 0, and `isWhole` has to
 * look at them: never NULL.
 */
export const ORDINARY = `coalesce(
  close_reason IN (${codeOfCloseReason('orderly')}, ${codeOfCloseReason('unknown')}) AND retransmits = 0
  AND (states & ${maskOfStates(['LISTEN'])}) = 0
  AND (closed_us - opened_us <= ${SLOW_US} OR (states & ${maskOfStates(['TIME-WAIT'])}) <> 0 AND ${WAITED_ONLY})
  AND NOT (closed_source = ${FORESEEN} AND closed_us > ${REACHED_US}), 0)`;

const CONNECTED = codeOfOrigin('connect');
export const MINUTE_US = 60_000_000;

/** The ordinary ones among ids (a JSON array), by minute, process and peer: the columns of `OrdinaryValues`. */
export const COUNT_ORDINARY = `
SELECT closed_us - closed_us % ${MINUTE_US} AS minute_us, netns, comm, origin, family, remote_addr,
  iif(origin = ${CONNECTED}, remote_port, 0) AS of_peer, iif(origin = ${CONNECTED}, 0, local_port) AS of_host,
  count(*), sum(coalesce(bytes_sent, 0)), sum(coalesce(bytes_received, 0)), sum(closed_us - opened_us), max(closed_us - opened_us)
FROM socket WHERE id IN (SELECT value FROM json_each(?)) AND ${ORDINARY}
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;

export type OrdinaryValues = readonly [
  minuteUs: number,
  netns: number,
  comm: string | null,
  origin: number,
  family: number,
  remoteAddr: string,
  remotePort: number,
  localPort: number,
  connections: number,
  bytesSent: number,
  bytesReceived: number,
  lifeUs: number,
  longestUs: number,
];
