import { PatientStore } from '../../src/recorder/patient-store.js';
import { Shedding } from '../../src/recorder/shedding.js';
import { databaseInMemory } from '../lab/memory-database.js';
import { within } from '../lab/number-assertions.js';

describe('what is given up to stay within a limit of memory', () => {
  it('leaves the backlog most of what is free: what is made of it needs the rest', () => {
    const say = () => undefined;
    const shedding = new Shedding({
      database: databaseInMemory(),
      store: new PatientStore(say),
      limitBytes: 100e9,
      nowUs: () => 0,
      names: undefined,
      ended: () => undefined,
      say,
    });
    const without = shedding.check(0);
    // Other memory comes and goes meanwhile.
    within(shedding.check(3e9) - without, 2.6e9, 2.8e9, 'more room where 3 GB of what is in use are the backlog');
    within(without, 60e9, 0.97 * (100e9 / 1.1), 'bytes for a backlog');
  });
});
