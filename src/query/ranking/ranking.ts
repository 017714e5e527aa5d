/** Which processes, peers, ports ... connect, fail and transfer the most: one scan of the connections of a window. */
import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../../model/condition.js';
import type { Interval } from '../../model/interval.js';
import { connectDelayUs, stepsOfText } from '../../model/packed-steps.js';
import { closeReasonOfCode, codeOfCloseReason, codeOfOrigin } from '../../model/stored-codes.js';
import { codeOfState, maskOfStates } from '../../model/tcp-state.js';
import { CLOSED_SOCKETS } from '../../store/lives-layout.js';
import { ended, PATH } from '../../store/socket-columns.js';
import { oneMoment } from '../history-facts.js';
import { LISTEN_MASK } from '../listeners.js';
import { CLOSED_CLASSES, CLOSED_LIVES, lifeRange, OPEN_LIVES, TAIL_LIVES } from '../lives.js';
import { recordedSpan } from '../span.js';
import { type Grouped, type GroupKey, type GroupKind, groupKeys } from './group-key.js';
import { GroupTotal, type RankedGroup } from './group-total.js';
import { type Traffic, TrafficInWindow } from './traffic-in-window.js';

/** Of other connections the path is not read: it is most of a row. */
const NEEDS_PATH = `origin = ${codeOfOrigin('connect')} AND (states & ${maskOfStates(['ESTAB'])}) <> 0 OR @isPast AND coalesce(closed_us, 9e18) > @toUs`;

const COLUMNS = `socket.id, netns, origin, opened_us, ${ended('closed_us')}, ${ended('close_reason')}, local_port, remote_addr,
  remote_port, comm, cgroup_id, bytes_sent, bytes_received, retransmits,
  ${ended('state', String(codeOfState('TIME-WAIT')))}, iif(${NEEDS_PATH}, ${PATH}, NULL)`;

type Row = readonly [
  id: number,
  netns: number,
  origin: number,
  openedUs: number,
  closedUs: number | null,
  closeReason: number | null,
  localPort: number,
  remoteAddr: string,
  remotePort: number,
  comm: string | null,
  cgroup: number | null,
  bytesSent: number | null,
  bytesReceived: number | null,
  retransmits: number,
  state: number,
  path: string | null,
];

const [CONNECT, ACCEPT, EARLIER] = [codeOfOrigin('connect'), codeOfOrigin('accept'), codeOfOrigin('before-recording')];
/** Reasons that are no failure. */
const [UNKNOWN, ORDERLY] = [codeOfCloseReason('unknown'), codeOfCloseReason('orderly')];
const TIME_WAIT = codeOfState('TIME-WAIT');

/** The groups of the connections that existed in a window, in no order. Listeners are left out. */
export function rankedGroups(
  database: Database.Database,
  window: Interval,
  condition: Condition | undefined,
  kind: GroupKind,
): RankedGroup[] {
  using _moment = oneMoment(database);
  const isPast = window.toUs < (recordedSpan(database)?.toUs ?? 0);
  const ranking = new Ranking(database, window, kind, isPast);
  const { sql, params: own } = condition ?? ALWAYS;
  const params = { ...own, toUs: window.toUs, isPast: Number(isPast) };
  const select = (from: string) =>
    database.prepare(`SELECT ${COLUMNS} FROM ${from} AND (states & ${LISTEN_MASK}) = 0 AND (${sql})`).raw();
  const addAll = (rows: IterableIterator<unknown>) => {
    for (const row of rows as IterableIterator<Row>) ranking.add(row);
  };
  for (const lives of [OPEN_LIVES, TAIL_LIVES])
    addAll(select(`socket WHERE ${lives}`).iterate({ ...params, ...window }));
  const closed = select(`${CLOSED_SOCKETS} WHERE ${CLOSED_LIVES}`);
  for (const lifeClass of CLOSED_CLASSES)
    addAll(closed.iterate({ ...params, ...lifeRange(lifeClass, window.fromUs, window.toUs) }));
  return ranking.groups();
}

function groupedOf(row: Row): Grouped {
  return {
    netns: row[1],
    origin: row[2],
    openedUs: row[3],
    localPort: row[6],
    remoteAddr: row[7],
    remotePort: row[8],
    comm: row[9] ?? undefined,
    cgroup: row[10] ?? undefined,
  };
}

class Ranking {
  private readonly totals = new Map<GroupKey, GroupTotal>();
  private readonly keyOf: ReturnType<typeof groupKeys>;
  private readonly traffic: TrafficInWindow;
  constructor(
    database: Database.Database,
    private readonly window: Interval,
    kind: GroupKind,
    /** The window ends before what is recorded does. */
    private readonly isPast: boolean,
  ) {
    this.keyOf = groupKeys(database, kind, window);
    this.traffic = new TrafficInWindow(database, window);
  }

  /** By index: taking a row apart by a pattern took a fifth of the time. */
  add(row: Row): void {
    const { fromUs, toUs } = this.window;
    const origin = row[2];
    const openedUs = row[3];
    const closedUs = row[4] ?? Number.POSITIVE_INFINITY;
    const total = this.totalOf(this.keyOf(groupedOf(row)));
    if (openedUs >= fromUs) {
      if (origin === CONNECT) {
        total.connects++;
        const us = row[15] === null ? undefined : connectDelayUs(row[15]);
        if (us !== undefined && openedUs + us <= toUs) total.addConnectTime(us);
      } else if (origin === ACCEPT) total.accepts++;
    }
    if (closedUs <= toUs) {
      const reason = row[5];
      if (reason !== null && reason !== ORDERLY && reason !== UNKNOWN)
        total.addFailure(closeReasonOfCode(reason) ?? 'unknown');
    } else if (this.stateAtEnd(row) !== TIME_WAIT) total.open++;
    const { sent, received, retransmits } = this.trafficOf(row, closedUs);
    total.addBytes(sent, received);
    total.retransmits += retransmits;
  }

  groups(): RankedGroup[] {
    return [...this.totals].map(([key, total]) => total.ranked(key));
  }

  private totalOf(key: GroupKey): GroupTotal {
    let total = this.totals.get(key);
    if (total === undefined) {
      total = new GroupTotal();
      this.totals.set(key, total);
    }
    return total;
  }

  /** The state at the end of the window of a connection that had not ended by then, as stored. */
  private stateAtEnd(row: Row): number {
    if (!this.isPast || row[15] === null) return row[14];
    const last = stepsOfText(row[3], row[15]).findLast(({ atUs }) => atUs <= this.window.toUs);
    return last === undefined ? row[14] : codeOfState(last.newState);
  }

  private trafficOf(row: Row, closedUs: number): Traffic {
    const whole: Traffic = { sent: row[11] ?? undefined, received: row[12] ?? undefined, retransmits: row[13] };
    const began = row[2] === EARLIER || row[3] < this.window.fromUs;
    const goesOn = this.isPast && closedUs > this.window.toUs;
    return began || goesOn ? this.traffic.part(row[0], whole, { began, goesOn, isEarlier: row[2] === EARLIER }) : whole;
  }
}
