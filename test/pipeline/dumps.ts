import type { Snapshot } from '../../src/model/snapshot.js';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import type { SocketRow } from '../../src/model/socket-row.js';
import { NETNS, OFFSET_US } from './stories.js';

const S = 1_000_000;

/** Dumps of one namespace, each with what differs from the one before, as the thread that takes them makes them. */
export class Dumps {
  readonly asked = new Set<number>();
  private before: Map<number, string> | undefined;

  at(atS: number, rows: readonly SocketRow[], withoutTimeWait = false): Snapshot {
    const times = { netns: NETNS, startBootUs: atS * S, endBootUs: atS * S + 100, offsetUs: OFFSET_US };
    const { before } = this;
    const changed = rows.filter(
      (each) => this.asked.delete(each.cookie) || before?.get(keyOf(each)) !== JSON.stringify(each),
    );
    const here = new Map(rows.map((each) => [keyOf(each), JSON.stringify(each)]));
    const waits = [...(before ?? [])].filter(([, text]) => withoutTimeWait && text.includes('TIME-WAIT'));
    this.before = new Map([...waits, ...here]);
    const gone = [...(before?.keys() ?? [])].filter((cookie) => this.before?.has(cookie) === false);
    return {
      ...snapshotOf(changed, times),
      count: rows.length,
      withoutTimeWait,
      gone: before === undefined ? undefined : Float64Array.from(gone),
      askAgain: (cookie) => this.asked.add(cookie),
      askForOwners: () => undefined,
    };
  }
}

function keyOf({ cookie, state }: SocketRow): number {
  return state === 'TIME-WAIT' ? -cookie : cookie;
}
