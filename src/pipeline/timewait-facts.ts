import { type NumberOf, type TimewaitFact, timewaitsRecord } from '../model/timewaits.js';
import type { Ledger } from './ledger.js';
import type { TrackedSocket } from './tracked-socket.js';

/** A timer that is due so much later than was recorded was restarted, by a late FIN. */
const RESTARTED_US = 300_000;

/** What a dump is the first to show of timewait sockets, whose rows are not written again for it. */
export class TimewaitFacts {
  private readonly found: { readonly [Fact in TimewaitFact]: NumberOf[] } = { cookie: [], due: [] };

  cookie(id: number, cookie: number): void {
    this.found.cookie.push([cookie, id]);
  }

  /** The timer of one whose beginning no event reported: of another, its beginning says when it is due. */
  timer(socket: TrackedSocket): void {
    const dueUs = socket.wallUs(socket.expiresBootUs);
    if (socket.state !== 'TIME-WAIT' || !socket.packed.isLastInferred || !Number.isFinite(dueUs)) return;
    if (Math.abs(dueUs - (socket.recordedDueUs ?? 0)) <= RESTARTED_US) return;
    socket.recordedDueUs = dueUs;
    this.found.due.push([Math.round(dueUs / 1_000), socket.id]);
  }

  /** The dump of a namespace is applied. */
  record(ledger: Ledger, netns: number, startBootUs: number): void {
    for (const fact of ['cookie', 'due'] as const) {
      const pairs = this.found[fact].splice(0);
      if (pairs.length > 0) ledger.recordTimewaits(timewaitsRecord(netns, ledger.wallUs(startBootUs), fact, pairs));
    }
  }
}
