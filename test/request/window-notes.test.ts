import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { notesText } from '../../src/model/run-note.js';
import { noteBeforeSnapshot, noteClockSetBack } from '../../src/request/window-notes.js';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { RunRecord } from '../../src/store/runs.js';
import { connectionOf, dumpOf, LAB_RUN, usAt, writeHistory } from '../lab/history.js';
import { sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

describe('the note about a time before the first snapshot', () => {
  const stage = new Stage();
  let db: string;
  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [connectionOf(1, [[2.01, 'ESTAB', 'snapshot', 0]], { origin: 'before-recording' })],
      snapshots: [
        dumpOf(1, 1, { complete: false }),
        dumpOf(1, 2),
        dumpOf(1, 4),
        dumpOf(2, 3),
        // Found in a later round.
        dumpOf(3, 5),
        dumpOf(1, 62),
      ],
      endS: 50,
    });
    const database = openForWriting(db);
    new RunRecord(database, { ...LAB_RUN, startedUs: usAt(60) }).end(usAt(70), 'clean');
    database.close();
  });
  after(() => stage[Symbol.asyncDispose]());

  const noted = (atS: number, netns?: number) => {
    const database = openForReading(db);
    const notes: string[] = [];
    const periods = netns === undefined ? undefined : [{ netns, fromUs: undefined, toUs: undefined }];
    noteBeforeSnapshot(database, usAt(atS), periods, (text) => notes.push(text));
    database.close();
    return notes.map((note) => /^no snapshot had been taken yet at \S+ \S+: (sockets .*)$/.exec(note)?.[1] ?? note);
  };
  const BEFORE = 'sockets from before the recording are missing';

  it('is there until the first complete one is done', () => {
    deepEqual(
      [0, 1.5, 2.005, 2.01, 30].map((atS) => noted(atS)),
      [[BEFORE], [BEFORE], [BEFORE], [], []],
    );
  });

  it('is about the namespaces that are asked for', () => {
    deepEqual(
      [2.5, 3.01].map((atS) => noted(atS, 2)),
      [[BEFORE], []],
    );
    deepEqual(
      [1, 4.5].map((atS) => noted(atS, 3)),
      [[BEFORE], []],
    );
  });

  it('is about each run, and not about the time between two', () => {
    const meanwhile = 'sockets opened while no recorder was running are missing';
    deepEqual(
      [55, 60, 62.01].map((atS) => noted(atS)),
      [[], [meanwhile], []],
    );
  });

  it('is not there for a part of a history, and for what was pruned', () => {
    const database = openForWriting(db);
    const set = database.prepare('UPDATE runs SET notes = ? WHERE id = 1');
    set.run(notesText([{ subject: 'import', text: 'exported in part: 12:00 to 13:00' }]));
    deepEqual(noted(0), []);
    set.run('[]');
    database.exec(
      `INSERT INTO prunings (at_us, through_us, connections, reason) VALUES (${usAt(9)}, ${usAt(0.5)}, 3, 'age')`,
    );
    deepEqual(noted(1), []);
    database.exec('DELETE FROM prunings');
    deepEqual(noted(1), [BEFORE]);
    database.close();
  });

  it('is printed by ss --at, diff and count, on stderr', async () => {
    const NOTE = /^sstory: no snapshot had been taken yet at \S+ \S+: sockets from before the recording are missing$/gm;
    for (const words of [
      ['ss', '-tan', '--json', '--at', 'start'],
      ['diff', '--json', 'start', 'end'],
      ['count', '--every', '10s'],
    ]) {
      const { exitCode, stdout, stderr } = await sstory(...words, '--db', db);
      equal(exitCode, 0, stderr);
      equal(stderr.match(NOTE)?.length, 1, `${words.join(' ')}: ${stderr}`);
      equal(stdout.includes('snapshot had been'), false);
    }
    match((await sstory('ss', '-tan', '--at', 'end', '--db', db)).stderr, /^sstory: as of [^\n]*$/);
  });

  it('is printed by sstory sql, of sockets_at', async () => {
    const noteAt = async (atS: number) =>
      (await sstory('sql', `SELECT count(*) FROM sockets_at(${usAt(atS)})`, '--db', db)).stderr;
    match(await noteAt(1), /^sstory: sockets_at\(\S+\): no snapshot had been taken yet: sockets from before/);
    equal(await noteAt(30), '');
  });
});

describe('the note about a time that came twice', () => {
  const stage = new Stage();
  let db: string;
  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, { connections: [connectionOf(1, [[62, 'ESTAB']])], snapshots: [dumpOf(1, 0)], endS: 70 });
    const database = openForWriting(db);
    // The second run began at 20 s by a clock that had been set back by 50 s.
    const run = new RunRecord(database, { ...LAB_RUN, startedUs: usAt(20) });
    run.clockStep(usAt(20), -50e6);
    run.end(usAt(30), 'clean');
    database.close();
  });
  after(() => stage[Symbol.asyncDispose]());

  it('is there from the step on until the clock is where it was', () => {
    const database = openForReading(db);
    const noted = (fromS: number, toS = fromS) => {
      const notes: string[] = [];
      noteClockSetBack(database, { fromUs: usAt(fromS), toUs: usAt(toS) }, (text) => notes.push(text));
      return notes;
    };
    match(
      noted(25).join(),
      /^the wall clock was set back by 50s at \S+ \S+: times up to \S+ \S+ came twice, and sockets/,
    );
    deepEqual(
      [noted(19).length, noted(20).length, noted(69).length, noted(70).length, noted(0, 100).length],
      [0, 1, 1, 0, 1],
    );
    database.close();
  });

  it('is there for ss, diff, count and SQL', async () => {
    const at = new Date(usAt(25) / 1_000).toISOString();
    for (const words of [
      ['ss', '-tan', '--at', at],
      ['diff', at, at],
      ['count', '--since', at, '--until', at],
      ['sql', `SELECT count(*) FROM sockets_at('${at}')`],
    ]) {
      const { stderr } = await sstory(...words, '--db', db);
      match(stderr, /the wall clock was set back by 50s at/, words.join(' '));
    }
  });
});
