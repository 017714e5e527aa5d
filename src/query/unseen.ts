/** From when on nothing shows a connection to be there: what `markUnseen` of point-in-time.ts asks of one instant, for all instants. */
import type Database from 'better-sqlite3';
import { MAY_LACK_TRANSITIONS } from '../model/gap.js';
import type { Interval } from '../model/interval.js';
import type { Step } from '../model/step.js';

interface NetnsEvidence {
  /** Of the last complete dump. */
  readonly dumpUs: number;
  /** Periods in which the namespace had been left, each until it was found again. */
  readonly left: readonly Interval[];
}

export class Unseen {
  private readonly gapEndsUs: readonly number[];
  private readonly lastDump: Database.Statement<[number], number | null>;
  private readonly periods: Database.Statement<[number], { readonly fromUs: number; readonly toUs: number | null }>;
  private readonly evidence = new Map<number, NetnsEvidence>();

  constructor(database: Database.Database) {
    this.gapEndsUs = database
      .prepare<[], number>(`SELECT DISTINCT to_us FROM gaps WHERE ${MAY_LACK_TRANSITIONS} ORDER BY to_us`)
      .pluck()
      .all();
    this.lastDump = database
      .prepare<[number], number | null>('SELECT max(at_us) FROM snapshots WHERE netns = ? AND complete')
      .pluck();
    this.periods = database.prepare(
      'SELECT from_us AS fromUs, to_us AS toUs FROM namespaces WHERE netns = ? ORDER BY from_us',
    );
  }

  /** From the first gap on that neither a dump nor an event of the connection has followed; undefined where each was followed by one. */
  afterGapUs(netns: number, steps: readonly Step[]): number | undefined {
    const observedUs = steps.findLast(({ notBeforeUs }) => notBeforeUs === undefined)?.atUs ?? 0;
    const provenUs = Math.max(this.ofNetns(netns).dumpUs, observedUs);
    return (this.gapEndsUs.at(-1) ?? 0) > provenUs ? this.gapEndsUs.find((us) => us > provenUs) : undefined;
  }

  /** When the namespace had been left, so that only events show the ends of its sockets. */
  left(netns: number): readonly Interval[] {
    return this.ofNetns(netns).left;
  }

  private ofNetns(netns: number): NetnsEvidence {
    let known = this.evidence.get(netns);
    if (known === undefined) {
      const periods = this.periods.all(netns);
      const left = periods.flatMap(({ toUs }, index): Interval[] => {
        const nextUs = periods[index + 1]?.fromUs ?? Number.MAX_SAFE_INTEGER;
        return toUs === null || toUs >= nextUs ? [] : [{ fromUs: toUs, toUs: nextUs }];
      });
      known = { dumpUs: this.lastDump.get(netns) ?? 0, left };
      this.evidence.set(netns, known);
    }
    return known;
  }
}
