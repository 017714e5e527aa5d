import { deepEqual, equal } from 'node:assert/strict';
import type { Gap } from '../../src/model/gap.js';
import { PatientStore } from '../../src/recorder/patient-store.js';
import { Shedding } from '../../src/recorder/shedding.js';
import { databaseInMemory } from '../lab/memory-database.js';
import { within } from '../lab/number-assertions.js';
import { until } from '../lab/until.js';

describe('what is given up to stay within a limit of memory', () => {
  it('leaves the backlog most of what is free: what is made of it needs the rest', () => {
    const say = () => undefined;
    const shedding = new Shedding({
      database: databaseInMemory(),
      store: new PatientStore(say),
      limitBytes: 100e9,
      nowUs: () => 0,
      names: undefined,
      began: () => undefined,
      ended: () => undefined,
      say,
    });
    const without = shedding.check(0);
    // Other memory comes and goes meanwhile.
    within(shedding.check(3e9) - without, 2.6e9, 2.8e9, 'more room where 3 GB of what is in use are the backlog');
    within(without, 60e9, 0.97 * (100e9 / 1.1), 'bytes for a backlog');
  });

  it('has no names among it where they are not recorded', () => {
    const database = databaseInMemory();
    const say = () => undefined;
    const shedding = new Shedding({
      ...{ database, store: new PatientStore(say), limitBytes: 100e6, nowUs: () => 0, names: undefined, say },
      ...{ began: () => undefined, ended: () => undefined, usedBytes: () => 99e6 },
    });
    shedding.check(0);
    deepEqual(database.prepare('SELECT scope FROM gaps').pluck().all(), ['samples']);
  });

  it('comes back, names when their thread listens, and ends its gaps then', async () => {
    const database = databaseInMemory();
    const say = () => undefined;
    const ended: Gap[] = [];
    const calls: string[] = [];
    let [used, nowMs] = [95e6, 0];
    let listen: () => void = () => undefined;
    const shedding = new Shedding({
      database,
      store: new PatientStore(say),
      limitBytes: 100e6,
      nowUs: () => nowMs * 1_000,
      names: {
        pause: async () => void calls.push('pause'),
        resume: () => {
          calls.push('resume');
          return new Promise((resolve) => {
            listen = resolve;
          });
        },
      },
      began: () => void calls.push('gap'),
      ended: (gap) => ended.push(gap),
      say,
      usedBytes: () => used,
      nowMs: () => nowMs,
    });
    const second = () => {
      shedding.check(0);
      nowMs += 1_000;
    };
    const gaps = () => database.prepare('SELECT scope, reason, from_us, to_us FROM gaps ORDER BY scope').all();
    second();
    deepEqual(calls, ['gap', 'pause', 'gap']);
    equal(gaps().length, 2);
    equal(shedding.withInfo, false);
    used = 50e6;
    for (let seconds = 0; seconds <= 31; seconds++) second();
    deepEqual(calls, ['gap', 'pause', 'gap', 'resume']);
    deepEqual(ended, []);
    nowMs = 40_000;
    listen();
    await until('the end of the gap', () => ended.length > 0);
    for (let seconds = 0; seconds <= 70; seconds++) second();
    equal(shedding.withInfo, true);
    const memory = { reason: 'memory', from_us: 0 };
    deepEqual(gaps(), [
      { scope: 'names', ...memory, to_us: 40_000_000 },
      { scope: 'samples', ...memory, to_us: 93_000_000 },
    ]);
    deepEqual(
      ended.map(({ scope }) => scope),
      ['names', 'samples'],
    );
  });
});
