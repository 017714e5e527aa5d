import { deepEqual } from 'node:assert/strict';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import type { CorrelatorInput } from '../../src/pipeline/correlator.js';
import { ClockWatch } from '../../src/recorder/clock-watch.js';

const OFFSET_US = 1_795_000_000_000_000;
const S = 1_000_000;

const batch = (atS: number, aheadUs: number): CorrelatorInput => ({
  kind: 'probe',
  events: [],
  losses: [],
  throughBootUs: atS * S,
  offsetUs: OFFSET_US + aheadUs,
});
const dump = (atS: number, aheadUs: number): CorrelatorInput =>
  snapshotOf([], { netns: 1, startBootUs: atS * S, endBootUs: atS * S, offsetUs: OFFSET_US + aheadUs });

describe('a step of the wall clock', () => {
  for (const [kind, input] of [
    ['probe', batch],
    ['snapshot', dump],
  ] as const) {
    it(`is found between two inputs of the kind ${kind}`, () => {
      const watch = new ClockWatch(kind);
      const steps = [input(1, 0), input(2, 900), input(3, 901), input(4, -100_000), input(5, -100_000)].map((each) =>
        watch.stepBefore(each),
      );
      deepEqual(steps, [
        undefined,
        undefined,
        undefined,
        { atUs: OFFSET_US + 4 * S - 100_000, stepUs: -100_901 },
        undefined,
      ]);
    });
  }

  it('is not a slew, however long two dumps are apart', () => {
    const watch = new ClockWatch('snapshot');
    deepEqual(
      [dump(0, 0), dump(10, 5_000), dump(3_610, 1_800_000)].map((each) => watch.stepBefore(each)),
      [undefined, undefined, undefined],
    );
  });

  it('is found once, though a dump from before it comes after a batch from behind it', () => {
    const watch = new ClockWatch('probe');
    const inputs = [batch(1, 0), batch(3, 60 * S), dump(2, 0), batch(4, 60 * S)];
    deepEqual(
      inputs.map((each) => watch.stepBefore(each)?.stepUs),
      [undefined, 60 * S, undefined, undefined],
    );
  });
});
