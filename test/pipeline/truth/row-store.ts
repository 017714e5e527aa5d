/** The rows that a history leaves in a database: written as src/store/ writes them, without SQLite. */
import type { Connection } from '../../../src/model/connection.js';
import type { Gap } from '../../../src/model/gap.js';
import type { ChangedConnection, HistoryBatch } from '../../../src/model/history-batch.js';
import type { Step } from '../../../src/model/step.js';

/** What can change in a row that is in TIME-WAIT: ENDING_COLUMNS of src/store/socket-columns.ts. */
type Ending = Pick<
  Connection,
  'state' | 'closedUs' | 'closedNotBeforeUs' | 'closedSource' | 'closeReason' | 'cookie' | 'steps' | 'foreseenEnd'
>;

export class RowStore {
  private readonly rows = new Map<number, Connection>();
  readonly gaps: Gap[] = [];
  /** When the last complete dump of each namespace was taken. */
  readonly dumpsUs = new Map<number, number>();
  /** Up to where the run is complete, as the table `runs` has it. */
  lastUs = 0;

  write(batch: HistoryBatch): void {
    for (const change of batch.connections) this.writeOne(change);
    this.gaps.push(...batch.gaps);
    for (const { netns, atUs, complete } of batch.snapshots) if (complete !== false) this.dumpsUs.set(netns, atUs);
    if (batch.throughUs > 0) this.lastUs = batch.throughUs;
  }

  get nextId(): number {
    return Math.max(0, ...this.rows.keys()) + 1;
  }

  /** As a reader sees them: an end that was foreseen has come once the run has passed it. */
  *connections(): Iterable<Connection> {
    for (const row of this.rows.values()) yield this.shown(row);
  }

  open(): Connection[] {
    return [...this.connections()].filter(({ closedUs }) => closedUs === undefined);
  }

  /** Before a new run: ends that the last one did not reach are forgotten, the others are as they were written. */
  settle(): void {
    for (const [id, row] of this.rows) this.rows.set(id, { ...this.shown(row), foreseenEnd: undefined });
  }

  private writeOne({ connection, isNew, onlyEnded, asForeseen }: ChangedConnection): void {
    if (asForeseen === true) return;
    const known = this.rows.get(connection.id);
    if (isNew || known === undefined) this.rows.set(connection.id, plain(connection));
    else if (onlyEnded === true) this.rows.set(connection.id, { ...known, ...endingOf(connection) });
    else {
      // What was written with the row stays.
      const { openedUs, openedSource, openedNotBeforeUs, origin, netns } = known;
      const constant = { openedUs, openedSource, openedNotBeforeUs, origin, netns };
      this.rows.set(connection.id, { ...plain(connection), ...constant });
    }
  }

  private shown(row: Connection): Connection {
    const { foreseenEnd, ...rest } = row;
    if (foreseenEnd === undefined || foreseenEnd.closedUs > this.lastUs) return row;
    const { closedUs, notBeforeUs } = foreseenEnd;
    const step: Step = { atUs: closedUs, notBeforeUs, oldState: 'TIME-WAIT', newState: 'UNCONN', source: 'timer' };
    const closeReason = row.closeReason ?? 'orderly';
    const end = {
      state: 'UNCONN',
      closedUs,
      closedNotBeforeUs: notBeforeUs,
      closedSource: 'timer',
      closeReason,
    } as const;
    return { ...rest, ...end, steps: [...row.steps, step] };
  }
}

function endingOf(c: Connection): Ending {
  const { state, closedUs, closedNotBeforeUs, closedSource, closeReason, cookie, steps, foreseenEnd } = c;
  return {
    state,
    closedUs,
    closedNotBeforeUs,
    closedSource,
    closeReason,
    cookie,
    steps,
    foreseenEnd: foreseenEnd === undefined ? undefined : { ...foreseenEnd },
  };
}

function plain(c: Connection): Connection {
  const {
    id,
    netns,
    tuple,
    openedUs,
    openedNotBeforeUs,
    openedSource,
    origin,
    pid,
    tid,
    comm,
    fd,
    uid,
    inode,
    cgroup,
  } = c;
  const { bytesSent, bytesReceived, retransmits, rttUs } = c;
  return {
    ...{ id, netns, tuple, openedUs, openedNotBeforeUs, openedSource, origin, pid, tid, comm, fd, uid, inode, cgroup },
    ...{ bytesSent, bytesReceived, retransmits, rttUs },
    ...endingOf(c),
  };
}
