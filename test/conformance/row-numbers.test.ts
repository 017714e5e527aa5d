/** What a row of sock_diag prints by its numbers is what the same row prints by its fields. */
import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { type DiagRow, decodeDiagDump } from '../../src/snapshot/diag-row.js';
import type { KnownRow } from '../../src/view/ss/shown-socket.js';
import { traitsOf } from '../../src/view/ss/ss-traits.js';
import { type TableOptions, tableText } from '../../src/view/ss/table-text.js';
import { anyDump } from './any-dump.js';

const RUNS = 200;

/** The row with its fields alone: they are read one by one. */
function withoutNumbers(row: DiagRow): KnownRow {
  return new Proxy(row, { get: (_, field) => (field === 'number' ? undefined : Reflect.get(row, field, row)) });
}

const options = fc
  .record({
    flags: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    release: fc.constantFrom(traitsOf([6, 1]), traitsOf([6, 15]), traitsOf(undefined)),
  })
  .map(({ flags, release }): TableOptions => {
    const [header = true, showState = true, showQueues = true, processes = true, memory = true, ...rest] = flags;
    const [info = true, tos = true, cgroup = true, socketOptions = true, oneLine = true, timers = true] = rest;
    return {
      ...{ header, showState, showQueues, processes, memory, info, tos, cgroup, socketOptions, oneLine, timers },
      numeric: header,
      extended: rest[6] ?? true,
      names: { port: () => undefined, host: () => undefined, interface: () => undefined },
      ss: release,
    };
  });

describe('the table of rows of sock_diag', () => {
  it('is the same by their numbers and by their fields', () => {
    fc.assert(
      fc.property(anyDump, options, (bytes, look) => {
        const rows = decodeDiagDump(bytes);
        const table = (all: readonly KnownRow[]) =>
          tableText(
            all.map((row) => ({ row, owners: undefined })),
            look,
          );
        equal(table(rows), table(rows.map(withoutNumbers)));
      }),
      { numRuns: RUNS },
    );
  });
});
