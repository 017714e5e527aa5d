/** A dump in a file on terminals: the installed ss and sstory spread the columns over the same width. */
import { equal } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Stage } from '../lab/stage.js';
import { anyDump } from './any-dump.js';
import { requireSs } from './real-ss.js';
import { onTerminal } from './terminal.js';

const SSTORY = `${process.execPath} ${fileURLToPath(new URL('../../../bin/sstory', import.meta.url))}`;
const FLAGS = ['-tan', '-tani', '-tanoem', '-tanOi', '-tanH'];

describe('a dump on a terminal', function () {
  this.timeout(60_000);
  const stage = new Stage();
  let file: string;
  before(async function () {
    requireSs(this);
    file = join(await stage.directory(), 'dump');
    const [bytes = Buffer.alloc(0)] = fc.sample(
      anyDump.filter((dump) => dump.length > 2_000),
      { numRuns: 1, seed: 3 },
    );
    writeFileSync(file, bytes);
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const columns of [1, 13, 14, 40, 80, 132, 500]) {
    it(`of ${columns} columns looks the same`, () => {
      const commands = FLAGS.flatMap((flags) => [`ss ${flags} 2>/dev/null`, `${SSTORY} ${flags}`]);
      const printed = onTerminal(columns, commands, { TCPDIAG_FILE: file });
      for (const [index, flags] of FLAGS.entries()) equal(printed[2 * index + 1], printed[2 * index], flags);
    });
  }
});
