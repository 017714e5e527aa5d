/**
 * Files of sock_diag's answers, shown by the installed ss (TCPDIAG_FILE) and by sstory: the same bytes. Nothing moves between
 * the two, so nothing is masked; spaces count too.
 */
import { equal } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseSsFlags } from '../../src/cli/ss/flags.js';
import { liveSockets } from '../../src/cli/ss/live.js';
import { listingText } from '../../src/cli/ss/output.js';
import { Stage } from '../lab/stage.js';
import { anyDump } from './any-dump.js';
import { requireSs } from './real-ss.js';

const RUNS = 60;
const COMMANDS = [
  '-tan',
  '-ta',
  '-tanH',
  '-tane',
  '-tano',
  '-tanm',
  '-tani',
  '-tai',
  '-tanio',
  '-tanei',
  '-taneiO',
  '-tanoeim',
  '-taoeim',
  '-tanoeimOH',
  '-tan --tos',
  '-tan --cgroup',
  '-tan --inet-sockopt',
  '-taneimo --tos --inet-sockopt',
  '-taneimoO --tos --inet-sockopt',
];

describe('a dump in a file', () => {
  const stage = new Stage();
  let directory: string;
  before(async function () {
    requireSs(this);
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const command of COMMANDS) {
    it(`looks the same with ${command}`, async () => {
      const file = join(directory, 'dump');
      const argv = command.split(' ');
      await fc.assert(
        fc.asyncProperty(anyDump, async (bytes) => {
          writeFileSync(file, bytes);
          const theirs = spawnSync('ss', argv, { encoding: 'utf8', env: { ...process.env, TCPDIAG_FILE: file } });
          const flags = parseSsFlags([...argv, '--dump', file]);
          equal(await listingText(await liveSockets(flags), flags), theirs.stdout);
        }),
        { numRuns: RUNS, seed: 7 },
      );
    });
  }
});
