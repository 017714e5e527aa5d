import type { ChangedConnection, ReachedEnds } from '../model/history-batch.js';
import type { SocketTable } from './socket-table.js';

/** Ends TIME-WAITs that are kept in compact form, without making sockets of them. */
export class ParkedEnds {
  private readonly ids: number[] = [];
  private readonly steps: number[] = [];
  private replaced: ChangedConnection[] = [];

  constructor(private readonly table: SocketTable) {}

  /** One ends as was foreseen: nothing is written of it. False where more of it is new than that it has ended (`Ledger.closeAsForeseen`). */
  reach(slot: number, throughUs: number): boolean {
    const { parked } = this.table;
    const endBootUs = parked.endAt(slot);
    if (endBootUs === undefined) return false;
    const { completeBootUs } = this.table.ofNetns(parked.netnsAt(slot)).lastDumps;
    const evidenceBootUs = parked.evidenceAt(slot, completeBootUs);
    if (!isAsWritten(evidenceBootUs, parked.endNotBeforeAt(slot), parked.writtenEndAt(slot), throughUs)) return false;
    this.ids.push(parked.idAt(slot));
    this.steps.push(parked.stepsAt(slot));
    this.table.dropParked(slot, endBootUs);
    return true;
  }

  /** One ends as an event showed that another connection has its four-tuple. */
  replace(slot: number, bootUs: number): void {
    const { parked } = this.table;
    const connection = parked.connectionAt(slot);
    const { writtenEndUs, packed } = connection;
    const firstNewStep = packed.count;
    const closedUs = parked.wallUsAt(slot, bootUs);
    connection.end(closedUs);
    const wasForeseen = writtenEndUs !== undefined;
    const endedEarly = wasForeseen && closedUs <= writtenEndUs;
    this.replaced.push({
      connection,
      isNew: false,
      onlyEnded: true,
      wasForeseen,
      endedEarly,
      asForeseen: false,
      firstNewStep,
    });
    this.table.dropParked(slot, bootUs);
  }

  /** Those since the last call. */
  take(): { readonly reached: ReachedEnds | undefined; readonly replaced: readonly ChangedConnection[] } {
    const { ids, steps, replaced } = this;
    this.replaced = [];
    return { reached: ids.length === 0 ? undefined : { ids: ids.splice(0), steps: steps.splice(0) }, replaced };
  }
}

/** Whether a foreseen end holds with the bound that was written, and readers see it by `throughUs`. */
export function isAsWritten(
  evidenceBootUs: number,
  notBeforeBootUs: number,
  endUs: number,
  throughUs: number,
): boolean {
  return evidenceBootUs >= notBeforeBootUs && endUs <= throughUs;
}
