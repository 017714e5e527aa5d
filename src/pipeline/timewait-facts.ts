import { sampleOf } from '../model/sample.js';
import { deviceOf, type Snapshot } from '../model/snapshot.js';
import type { SocketRow } from '../model/socket-row.js';
import { type NumberOf, TIMEWAIT_FACTS, type TimewaitFact, timewaitsRecords } from '../model/timewaits.js';
import type { Ledger } from './ledger.js';
import type { TrackedSocket } from './tracked-socket.js';

/** A timer that is due so much later than was recorded was restarted, by a late FIN. */
const RESTARTED_US = 300_000;

/** What a dump is the first to show of timewait sockets, whose rows are not written again for it. */
export class TimewaitFacts {
  private readonly found: { readonly [Fact in TimewaitFact]: NumberOf[] } = { cookie: [], due: [], sample: [] };

  cookie(id: number, cookie: number): void {
    this.found.cookie.push([cookie, id]);
  }

  /** No dump had it as a timewait socket before. Few have what is worth a sample. */
  sample(ledger: Ledger, snapshot: Snapshot, id: number, row: SocketRow): void {
    const { mark = 0, interfaceIndex } = row;
    if (mark === 0 && interfaceIndex === 0) return;
    const times = { atUs: ledger.wallUs(snapshot.startBootUs), changedMs: undefined, dueMs: 0 };
    ledger.recordSample(sampleOf(id, times, row, deviceOf(snapshot, row)));
    this.found.sample.push([1, id]);
  }

  /** A row of a dump, of a socket that is not parked. */
  see(ledger: Ledger, snapshot: Snapshot, socket: TrackedSocket, row: SocketRow): void {
    if (row.state !== 'TIME-WAIT') return;
    this.timer(socket);
    if (socket.shown !== 'TIME-WAIT') this.sample(ledger, snapshot, socket.id, row);
  }

  /** The timer of one whose beginning no event reported: of another, its beginning says when it is due. */
  private timer(socket: TrackedSocket): void {
    const dueUs = socket.wallUs(socket.expiresBootUs);
    if (!socket.packed.isLastInferred || !Number.isFinite(dueUs)) return;
    if (Math.abs(dueUs - (socket.recordedDueUs ?? 0)) <= RESTARTED_US) return;
    socket.recordedDueUs = dueUs;
    this.found.due.push([Math.round(dueUs / 1_000), socket.id]);
  }

  /** The dump of a namespace is applied. */
  record(ledger: Ledger, netns: number, startBootUs: number): void {
    for (const fact of TIMEWAIT_FACTS) {
      const pairs = this.found[fact].splice(0);
      for (const record of timewaitsRecords(netns, ledger.wallUs(startBootUs), fact, pairs))
        ledger.recordTimewaits(record);
    }
  }
}
