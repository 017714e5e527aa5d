import { deepEqual, equal } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { mayHave } from '../../src/sys/burst-priority.js';
import { holdsAny } from '../../src/sys/capabilities.js';
import { missing } from '../lab/privileges.js';

const MODULE = new URL('../../src/sys/burst-priority.js', import.meta.url).href;
const NODE = [process.execPath, '--input-type=module', '-e'];
const WITHOUT_CAPABILITY = ['setpriv', '--bounding-set=-sys_nice', '--inh-caps=-sys_nice'];

/** In a process of its own: how much lower its priority is after each step, `[milliseconds since the last one, microseconds behind]`. */
async function loweredBy(steps: readonly (readonly [number, number])[], start: readonly string[] = []) {
  const program = `
    import { getPriority } from 'node:os';
    import { BurstPriority } from ${JSON.stringify(MODULE)};
    const ordinary = getPriority();
    let nowMs = 0;
    const priority = new BurstPriority(() => nowMs);
    const lowered = ${JSON.stringify(steps)}.map(([ms, us]) => {
      nowMs += ms;
      priority.follow(us);
      return getPriority() - ordinary;
    });
    priority.end();
    console.log(JSON.stringify([...lowered, getPriority() - ordinary]));`;
  // Others than the process that runs the tests, which may have the lowest one.
  const [command = '', ...words] = ['nice', '-n', '-20', ...start, ...NODE, program];
  const { stdout } = await execa(command, words, { cwd: fileURLToPath(new URL('.', import.meta.url)) });
  return JSON.parse(stdout) as number[];
}

describe('the priority in a burst', () => {
  before(function () {
    if (!holdsAny('CAP_SYS_NICE')) missing(this, 'needs CAP_SYS_NICE');
  });

  it('is lower while it is half a second behind', async () => {
    const steps = [
      [0, 250_000],
      [100, 499_999],
      [100, 500_000],
      [100, 3_000_000],
      [100, 400_000],
      [100, 700_000],
    ] as const;
    deepEqual(await loweredBy(steps), [0, 0, 5, 5, 0, 5, 0]);
  });

  it('is lower for ten seconds at most, until nothing waits any more', async () => {
    const steps = [
      [0, 600_000],
      [9_999, 8_000_000],
      [1, 8_000_000],
      [60_000, 600_000],
      [1, 0],
      [1, 600_000],
    ] as const;
    deepEqual(await loweredBy(steps), [5, 5, 0, 0, 0, 5, 0]);
  });

  it('stays as it is where it could not return', async () => {
    const steps = [
      [0, 600_000],
      [1, 0],
    ] as const;
    deepEqual(await loweredBy(steps, WITHOUT_CAPABILITY), [0, 0, 0]);
  });

  it('may return within the limit of the process', () => {
    const limits = (soft: string) => `Max msgqueue size         819200               819200               bytes
Max nice priority         ${soft}                   40
Max realtime priority     0                    0`;
    equal(mayHave(0, limits('19')), false);
    equal(mayHave(0, limits('20')), true);
    equal(mayHave(-10, limits('20')), false);
    equal(mayHave(-10, limits('30')), true);
    equal(mayHave(0, limits('unlimited')), true);
    equal(mayHave(0, ''), false);
  });
});
