import { deepEqual, equal, match, ok, rejects, throws } from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { importDumps, run } from '../../../src/cli/import/ss-dump.js';
import { SstoryError } from '../../../src/model/error.js';
import { openForWriting } from '../../../src/store/database.js';
import { RunRecord } from '../../../src/store/runs.js';
import { FileLock } from '../../../src/sys/file-lock.js';
import { anyDump } from '../../conformance/any-dump.js';
import { LAB_RUN } from '../../lab/history.js';
import { query, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { attribute, done, type SocketFields, socket, words } from '../../snapshot/diag-bytes.js';

const [ESTAB, TIME_WAIT, LISTEN] = [1, 6, 10];
const MORNING = Date.UTC(2026, 10, 1, 8) / 1000;
const NOW_US = Date.UTC(2026, 10, 21) * 1000;
const HOST = [192, 0, 2, 1];
const PEER = [192, 0, 2, 9];

const listener: SocketFields = { state: LISTEN, local: HOST, localPort: 443, cookie: 10n, inode: 100 };
const first: SocketFields = {
  state: ESTAB,
  local: HOST,
  localPort: 443,
  remote: PEER,
  remotePort: 40_000,
  cookie: 11n,
  inode: 101,
};
const second: SocketFields = { ...first, remotePort: 40_001, cookie: 12n, inode: 102 };

function dumpOf(...sockets: readonly SocketFields[]): Buffer {
  return Buffer.concat([...sockets.map((fields) => socket(fields)), done(), done()]);
}

interface Row {
  readonly remote_port: number;
  readonly state: string;
  readonly opened_us: number;
  readonly opened_not_before_us: number | null;
  readonly closed_us: number | null;
  readonly closed_not_before_us: number | null;
}

describe('a dump of ss, imported', () => {
  const stage = new Stage();
  let directory: string;
  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());
  let files = 0;

  /** A file of its own, last modified `minutes` after the morning. */
  function file(bytes: Uint8Array, minutes = 0): string {
    const path = join(directory, `${++files}.dump`);
    writeFileSync(path, bytes);
    utimesSync(path, MORNING + minutes * 60, MORNING + minutes * 60);
    return path;
  }

  const at = (minutes: number) => (MORNING + minutes * 60) * 1e6;
  const fresh = () => join(directory, `${++files}.db`);
  const take = (db: string, ...paths: string[]) => importDumps(db, paths, { time: undefined, nowUs: NOW_US });
  const refused = (code: string, message: RegExp) => (error: unknown) => {
    ok(error instanceof SstoryError, String(error));
    equal(error.code, code);
    match(error.message, message);
    return true;
  };

  it('is a snapshot at the time of its file', () => {
    const db = fresh();
    take(db, file(dumpOf(listener, first)));
    deepEqual(query(db, 'SELECT * FROM snapshots'), [
      { at_us: at(0), netns: 0, sockets: 2, took_us: 0, complete: 1, next_us: null, owners: 0 },
    ]);
    deepEqual(query(db, 'SELECT source, host, started_us, ended_us, "end" FROM runs'), [
      { source: 'ss-dump', host: 'unknown', started_us: at(0), ended_us: at(0), end: 'clean' },
    ]);
    deepEqual(query(db, 'SELECT state, origin, opened_source, opened_not_before_us FROM connections ORDER BY id'), [
      { state: 'LISTEN', origin: 'before-recording', opened_source: 'snapshot', opened_not_before_us: 0 },
      { state: 'ESTAB', origin: 'before-recording', opened_source: 'snapshot', opened_not_before_us: 0 },
    ]);
  });

  it('is a snapshot at --time', () => {
    const db = fresh();
    importDumps(db, [file(dumpOf(first))], { time: '2026-11-02T10:00:00.25Z', nowUs: NOW_US });
    deepEqual(query(db, 'SELECT at_us FROM snapshots'), [{ at_us: Date.UTC(2026, 10, 2, 10, 0, 0, 250) * 1000 }]);
  });

  const story: readonly Uint8Array[] = [
    dumpOf(listener, first),
    dumpOf(listener, first, second),
    dumpOf(listener, { ...first, state: TIME_WAIT, inode: 0, timer: 3, expires: 60_000 }, second),
    dumpOf(listener, second),
  ];

  for (const together of [true, false]) {
    it(`makes a history of several, ${together ? 'in one call, named in any order' : 'call by call'}`, async () => {
      const db = fresh();
      const paths = story.map((bytes, minutes) => file(bytes, minutes));
      if (together) take(db, ...paths.toReversed());
      else for (const path of paths) take(db, path);
      const rows = query<Row>(
        db,
        `SELECT remote_port, state, opened_us, opened_not_before_us, closed_us, closed_not_before_us
         FROM connections WHERE remote_port > 0 ORDER BY id`,
      );
      deepEqual(rows, [
        {
          remote_port: 40_000,
          state: 'UNCONN',
          opened_us: at(0),
          opened_not_before_us: 0,
          closed_us: at(3),
          closed_not_before_us: at(2),
        },
        {
          remote_port: 40_001,
          state: 'ESTAB',
          opened_us: at(1),
          opened_not_before_us: at(0),
          closed_us: null,
          closed_not_before_us: null,
        },
      ]);
      const steps = query(
        db,
        `SELECT (at_us - ${at(0)}) / 60000000 AS minute, old_state || ' -> ' || new_state AS step, source
         FROM transitions WHERE connection_id = (SELECT id FROM connections WHERE remote_port = 40000)`,
      );
      deepEqual(steps, [
        { minute: 0, step: 'UNCONN -> ESTAB', source: 'snapshot' },
        { minute: 2, step: 'ESTAB -> TIME-WAIT', source: 'snapshot' },
        { minute: 3, step: 'TIME-WAIT -> UNCONN', source: 'snapshot' },
      ]);
      equal(query(db, 'SELECT * FROM connections WHERE remote_port = 0').length, 1);
      equal(query(db, 'SELECT * FROM runs').length, 4);
      for (const [minutes, states] of ['ESTAB', 'ESTAB ESTAB', 'TIME-WAIT ESTAB', 'ESTAB'].entries()) {
        const shown = await sstory('ss', '-tanH', 'dst', '192.0.2.9', '--at', `@${MORNING + minutes * 60}`, '--db', db);
        equal(shown.stdout.match(/^[A-Z-]+/gm)?.join(' '), states, shown.stderr);
      }
      const log = await sstory('log', '--db', db, 'dst', '192.0.2.9', '--json');
      equal(log.stdout.trim().split('\n').length, 4);
    });
  }

  it('continues no connection after another boot, whose cookies start again', () => {
    const db = fresh();
    const rebooted = { ...second, cookie: 11n };
    const [, later] = take(db, file(dumpOf(first)), file(dumpOf(rebooted), 1));
    match(later?.imported.notes.join() ?? '', /rebooted/);
    deepEqual(query(db, 'SELECT remote_port, closed_us, opened_not_before_us FROM connections ORDER BY id'), [
      { remote_port: 40_000, closed_us: at(1), opened_not_before_us: 0 },
      { remote_port: 40_001, closed_us: null, opened_not_before_us: at(0) },
    ]);
  });

  it('notes that a whole kind of sockets is gone: it may not have been dumped', () => {
    const [, later] = take(fresh(), file(dumpOf(listener, first)), file(dumpOf(first), 1));
    match(later?.imported.notes.join() ?? '', /it has no listening sockets/);
  });

  describe('is refused, and nothing changes', () => {
    const refusals: readonly (readonly [what: string, act: (db: string) => void, code: string, message: RegExp])[] = [
      [
        'the same file again',
        (db) => take(db, join(directory, 'kept.dump')),
        'imported',
        /kept\.dump was already imported into /,
      ],
      [
        'the same file at another time',
        (db) => importDumps(db, [join(directory, 'kept.dump')], { time: '2026-11-05', nowUs: NOW_US }),
        'imported',
        /already imported into .*, at 2026-11-01/,
      ],
      ['one of the time of the last', (db) => take(db, file(dumpOf(second), 5)), 'earlier', /is not later/],
      ['an earlier one', (db) => take(db, file(dumpOf(second), 1)), 'earlier', /is not later/],
      [
        'one after a bad one',
        (db) => take(db, file(dumpOf(second), 6), file(Buffer.from('no'), 7)),
        'bad-dump',
        /cut off/,
      ],
      ['two of one time', (db) => take(db, file(dumpOf(second), 6), file(dumpOf(first), 6)), 'same-time', /same time/],
      ['an empty file', (db) => take(db, file(Buffer.alloc(0), 6)), 'bad-dump', /empty/],
      ['one that lacks its end', (db) => take(db, file(socket(second), 6)), 'bad-dump', /stops at byte 88/],
      ['a directory', (db) => take(db, directory), 'no-file', /cannot be read/],
      ['one of the future', (db) => take(db, file(dumpOf(second), 60 * 24 * 365)), 'future', /is in the future/],
      [
        'a cookie that no kernel gives',
        (db) => take(db, file(dumpOf({ ...second, cookie: 1n << 60n }), 6)),
        'bad-dump',
        /cookie of socket 1/,
      ],
      [
        'a cgroup that no kernel has',
        (db) => take(db, file(Buffer.concat([socket(second, attribute(21, words(1, 1 << 30))), done()]), 6)),
        'bad-dump',
        /cgroup of socket 1/,
      ],
    ];
    for (const [what, act, code, message] of refusals) {
      it(what, () => {
        const db = fresh();
        const kept = join(directory, 'kept.dump');
        writeFileSync(kept, dumpOf(listener, first));
        utimesSync(kept, MORNING + 300, MORNING + 300);
        take(db, kept);
        const before = query(db, 'SELECT * FROM socket');
        throws(() => act(db), refused(code, message));
        deepEqual(query(db, 'SELECT * FROM socket'), before);
        equal(query(db, 'SELECT * FROM runs').length, 1);
      });
    }

    it('into a database that is being written', () => {
      const db = fresh();
      take(db, file(dumpOf(first)));
      const lock = FileLock.take(db);
      throws(() => take(db, file(dumpOf(second), 1)), refused('database-in-use', /is being recorded into/));
      lock?.close();
      equal(query(db, 'SELECT * FROM runs').length, 1);
    });

    it('into a database that holds a recording', () => {
      const db = fresh();
      const database = openForWriting(db);
      new RunRecord(database, { ...LAB_RUN, source: 'diag', startedUs: at(-5) });
      database.close();
      throws(() => take(db, file(dumpOf(first))), refused('recorded', /holds a recording/));
    });

    it('into a file that is not a database', () => {
      const path = file(Buffer.from('dear diary, this is not a database at all'));
      throws(() => take(path, file(dumpOf(first))), refused('not-a-database', /is not an sstory database/));
      equal(readFileSync(path, 'utf8').slice(0, 10), 'dear diary');
    });

    it('words that do not go together', async () => {
      await rejects(run(['--ss-dump', 'a', 'b', '--time', 'now', '--db', fresh()]), refused('usage', /--time/));
      await rejects(run(['--ss-dump', '-', '--db', fresh()]), refused('no-time', /standard input/));
      await rejects(run(['--ss-dump', 'a', '--time', 'teatime', '--db', fresh()]), refused('bad-time', /teatime/));
    });
  });

  it('takes mutilated files whole or not at all', () => {
    const whole = dumpOf(listener, first);
    const kept = fresh();
    take(kept, file(whole));
    const holds = () => query<{ n: number }>(kept, 'SELECT count(*) AS n FROM snapshots')[0]?.n ?? 0;
    let minutes = 0;
    let imported = 0;
    fc.assert(
      fc.property(anyDump, mutilations, (dump, changes) => {
        const path = file(mutilated(dump, changes), ++minutes);
        const before = holds();
        const unused = fresh();
        try {
          take(kept, path);
          imported++;
        } catch (error) {
          ok(error instanceof SstoryError, `${error instanceof Error ? error.stack : error}`);
          match(error.message, /\.dump/);
          equal(holds(), before);
          throws(() => take(unused, path), SstoryError);
          ok(!existsSync(unused));
          return;
        } finally {
          rmSync(path);
        }
        equal(holds(), before + 1);
      }),
      { numRuns: 200 },
    );
    ok(imported > 0, 'some must have passed for the others to mean something');
    equal(query(kept, 'PRAGMA integrity_check').length, 1);
  });
});

interface Mutilation {
  readonly kind: 'cut' | 'byte' | 'double' | 'drop';
  /** 0 - 1: where. */
  readonly at: number;
  readonly value: number;
}

const mutilations = fc.array(
  fc.record<Mutilation>({
    kind: fc.constantFrom('cut', 'byte', 'byte', 'byte', 'double', 'drop'),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    value: fc.integer({ min: 0, max: 255 }),
  }),
  { maxLength: 4 },
);

function mutilated(dump: Uint8Array, changes: readonly Mutilation[]): Uint8Array {
  let bytes = Buffer.from(dump);
  for (const { kind, at, value } of changes) {
    const place = Math.floor(at * bytes.length);
    const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
    if (kind === 'cut') bytes = before;
    else if (kind === 'byte') bytes.set([value].slice(0, after.length), place);
    else if (kind === 'double') bytes = Buffer.concat([bytes, after]);
    else bytes = Buffer.concat([before, after.subarray(value)]);
  }
  return bytes;
}
