import { deepEqual } from 'node:assert/strict';
import { from, lastValueFrom, toArray } from 'rxjs';
import type { ProbeBatch } from '../../src/model/probe-event.js';
import type { NetnsChange, Snapshot } from '../../src/model/snapshot.js';
import type { CorrelatorInput } from '../../src/pipeline/correlator.js';
import { holdSnapshots } from '../../src/pipeline/operators.js';

function probed(throughBootUs: number): ProbeBatch {
  return { kind: 'probe', events: [], losses: [], throughBootUs, offsetUs: 0 };
}

function dumped(endBootUs: number): Snapshot {
  return {
    kind: 'snapshot',
    netns: 1,
    startBootUs: endBootUs - 10,
    endBootUs,
    offsetUs: 0,
    count: 0,
    withoutTimeWait: false,
    changed: 0,
    row: () => {
      throw new RangeError('no rows');
    },
    gone: undefined,
    owners: new Map(),
    askAgain: () => undefined,
    askForOwners: () => undefined,
  };
}

function netns(present: boolean, bootUs: number): NetnsChange {
  return { kind: 'netns', netns: 1, present, bootUs, offsetUs: 0 };
}

/** What comes out, in order: the kind of each input with its time. */
function held(tracing: boolean, ...inputs: readonly CorrelatorInput[]): Promise<string[]> {
  const told = (input: CorrelatorInput): string => {
    if (input.kind === 'probe') return `probe ${input.throughBootUs}`;
    if (input.kind === 'snapshot') return `snapshot ${input.endBootUs}`;
    return input.kind === 'netns' ? `netns ${input.present ? 'come' : 'gone'} ${input.bootUs}` : input.kind;
  };
  return lastValueFrom(from(inputs).pipe(holdSnapshots(tracing), toArray())).then((out) => out.map(told));
}

describe('what waits for the probe', () => {
  it('is a snapshot, until everything up to its end is reported', async () => {
    deepEqual(await held(true, dumped(100), probed(50), probed(100), probed(150)), [
      'probe 50',
      'probe 100',
      'snapshot 100',
      'probe 150',
    ]);
  });

  it('is the end of a namespace: a recorder that is behind still has events of it', async () => {
    deepEqual(await held(true, netns(false, 100), probed(50), probed(100)), [
      'probe 50',
      'probe 100',
      'netns gone 100',
    ]);
  });

  it('is not a namespace that has come', async () => {
    deepEqual(await held(true, netns(true, 100), probed(50)), ['netns come 100', 'probe 50']);
  });

  it('is nothing without a probe', async () => {
    deepEqual(await held(false, dumped(100), netns(false, 100)), ['snapshot 100', 'netns gone 100']);
  });
});
