import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { packSteps, stepsOfText } from '../../src/model/packed-steps.js';
import type { Step } from '../../src/model/step.js';
import { SOURCES } from '../../src/model/stored-codes.js';
import { shownState, TCP_STATES } from '../../src/model/tcp-state.js';
import { MIGRATIONS } from '../../src/store/migrations/migrations.js';
import { Database } from '../../src/store/sqlite.js';

const OPENED_US = 1_795_224_569_679_925;
const FIFTY_YEARS_US = 50 * 365 * 86_400_000_000;

const step: fc.Arbitrary<Step> = fc
  .record({
    delayUs: fc.integer({ min: -5_000_000, max: FIFTY_YEARS_US }),
    earlierUs: fc.option(fc.oneof(fc.constant('unbounded' as const), fc.integer({ min: 0, max: 1_000_000_000 })), {
      freq: 1,
    }),
    oldState: fc.constantFrom(...TCP_STATES),
    newState: fc.constantFrom(...TCP_STATES),
    source: fc.constantFrom(...SOURCES),
  })
  .map(({ delayUs, earlierUs, ...rest }) => ({
    ...rest,
    atUs: OPENED_US + delayUs,
    notBeforeUs: earlierUs === null ? undefined : earlierUs === 'unbounded' ? 0 : OPENED_US + delayUs - earlierUs,
  }));

describe('the path of a connection', () => {
  it('keeps every step: decoding gives what was encoded', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        deepEqual(stepsOfText(OPENED_US, packSteps(OPENED_US, steps).text()), steps);
      }),
    );
  });

  it('reads the same through the view transitions, in plain SQL', () => {
    const database = new Database(':memory:');
    for (const migration of MIGRATIONS) database.exec(migration);
    const insert = database.prepare(
      `INSERT OR REPLACE INTO socket (id, life_class, opened_us, netns, family, local_addr, local_port, remote_addr, remote_port,
         state, states, origin, opened_source, retransmits, path)
       VALUES (1, 0, ?, 1, 4, '127.0.0.1', 1, '127.0.0.1', 2, 1, 2, 0, 0, 0, ?)`,
    );
    const select = database.prepare(
      `SELECT at_us AS atUs, not_before_us AS notBeforeUs, old_state AS oldState, new_state AS newState, source FROM transitions`,
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        insert.run(OPENED_US, packSteps(OPENED_US, steps).text());
        const expected = steps.map((s) => ({
          ...s,
          notBeforeUs: s.notBeforeUs ?? null,
          oldState: shownState(s.oldState),
          newState: shownState(s.newState),
        }));
        deepEqual(select.all(), expected);
      }),
    );
  });

  it('takes about eight bytes per transition', () => {
    const steps: Step[] = [
      { atUs: OPENED_US, notBeforeUs: undefined, oldState: 'UNCONN', newState: 'SYN-SENT', source: 'probe' },
      { atUs: OPENED_US + 212, notBeforeUs: undefined, oldState: 'SYN-SENT', newState: 'ESTAB', source: 'probe' },
    ];
    equal(packSteps(OPENED_US, steps).text(), '[114,217121]');
  });
});
