/**
 * Every crash point: cuts a short recording off at each of its writes, one after the other until it finishes, and examines the file. As
 * root: `node dist/scripts/crash-points.js [--fault kill|eio|enospc] [--from 1] [--to N] [--step 1] [--jobs 4]`. So many recordings
 * are made at the same time. Exit code 1 if anything was wrong.
 */
import { parseArgs } from 'node:util';
import { messageOf } from '../src/model/error.js';
import { type CrashOutcome, crashAt, FAULTS, type FaultKind } from '../test/lab/crash-point.js';
import { say } from './bench/figures.js';
import { TemporaryDirectory } from './bench/temporary-directory.js';

const POINTS_A_LINE = 50;

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true },
    from: { type: 'string', default: '1' },
    to: { type: 'string', default: String(Number.MAX_SAFE_INTEGER) },
    step: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '4' },
  },
});

const kinds = Object.keys(FAULTS) as FaultKind[];
const faults = kinds.filter((kind) => values.fault?.includes(kind) ?? true);
using directory = new TemporaryDirectory();
let wrong = 0;
for (const fault of faults) {
  let reached = true;
  let points = 0;
  let next = Number(values.from);
  const job = async (path: string) => {
    while (reached && next <= Number(values.to)) {
      const at = next;
      next += Number(values.step);
      const outcome = await crashAt({ path, fault, at }).catch(
        (error: unknown): CrashOutcome => ({ reached: true, problems: [messageOf(error)] }),
      );
      if (!outcome.reached) {
        reached = false;
        continue;
      }
      points++;
      for (const problem of outcome.problems) say(`${fault} at write ${at}: ${problem}`);
      if (outcome.problems.length > 0) wrong++;
      if (points % POINTS_A_LINE === 0) say(`${fault}: ${points} crash points so far`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, (_, index) => job(directory.file(`${index}.db`))));
  say(`${fault}: ${points} crash points`);
}
say(wrong === 0 ? 'nothing wrong' : `${wrong} crash points left something wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
