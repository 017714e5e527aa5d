/** Files of `ss -D`: imported, and shown as ss shows them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readDumpFile } from '../../../src/cli/import/dump-file.js';
import { appendDump } from '../../../src/cli/import/dump-history.js';
import { readDump } from '../../../src/cli/ss/dump.js';
import { parseSsFlags } from '../../../src/cli/ss/flags.js';
import { listingText } from '../../../src/cli/ss/output.js';
import { openForWriting } from '../../../src/store/database.js';
import { anyDump } from '../../conformance/any-dump.js';
import { done } from '../../snapshot/diag-bytes.js';
import { accepted, type FuzzTarget } from '../target.js';

const ERRORS = ['bad-dump', 'sock-diag'];
const NOW_US = 1_795_000_000_000_000;
const SAMPLE_SEED = 3;
const SHOWN = [['-tanemiO'], ['-tan', '--json'], ['-tan', '--csv']].map((words) => parseSsFlags(words));

export function dumpTarget(directory: string): FuzzTarget {
  const file = join(directory, 'dump');
  const path = join(directory, 'imported.db');
  const database = openForWriting(path);
  return {
    samples: [done(), ...fc.sample(anyDump, { numRuns: 10, seed: SAMPLE_SEED })],
    words: [],
    async read(input) {
      writeFileSync(file, input);
      const sockets = (await accepted(ERRORS, () => readDump(file)))?.map((row) => ({ row, owners: undefined }));
      if (sockets === undefined) return;
      for (const flags of SHOWN) {
        await listingText({ sockets, oneState: false, interfaceName: () => undefined }, flags);
      }
      const dump = await accepted(ERRORS, () => readDumpFile(file, { atUs: NOW_US, nowUs: NOW_US }));
      if (dump === undefined) return;
      database.exec('BEGIN');
      try {
        appendDump(database, dump, path);
      } finally {
        database.exec('ROLLBACK');
      }
    },
    end: () => void database.close(),
  };
}
