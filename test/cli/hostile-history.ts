import { openForWriting } from '../../src/store/database.js';
import { NameWriter } from '../../src/store/name-writer.js';
import { connectionOf, sampleOf, usAt, writeHistory } from '../lab/history.js';
import { ALL_HOSTILE, HOSTILE_TEXTS } from '../lab/hostile-texts.js';

const FIRST_S = 10;
const RAW = HOSTILE_TEXTS.map(({ raw }) => raw);

/**
 * A history with each hostile text as the command of a connection and of its owner, as the path of its cgroup with container, pod and unit, the detail of its
 * event, its congestion control, a DNS name, the name of a namespace; with all of them in its run's host and notes.
 */
export function writeHostileHistory(path: string): void {
  const openedS = (index: number) => FIRST_S + index / 10;
  writeHistory(path, {
    connections: RAW.map((comm, index) =>
      connectionOf(
        index + 1,
        [[openedS(index), 'SYN-SENT'], index % 4 === 0 ? [40, 'UNCONN'] : [openedS(index) + 5, 'ESTAB']],
        { comm, cgroup: index + 1, ...(index % 4 === 0 ? { closeReason: 'timed out' } : {}) },
      ),
    ),
    events: RAW.map((detail, index) => ({
      connectionId: index + 1,
      atUs: usAt(openedS(index) + 1),
      kind: 'error',
      detail,
    })),
    owners: RAW.map((comm, index) => ({
      connectionId: index + 1,
      pid: 1_000 + index,
      fd: 5,
      comm,
      fromUs: usAt(openedS(index) + 2),
      toUs: undefined,
    })),
    samples: RAW.map((congestion, index) => sampleOf(index + 1, usAt(30), { congestion, recvQ: 7, timer: 'on' })),
    namespaces: RAW.map((name, index) => ({
      netns: index + 1,
      fromUs: usAt(1),
      toUs: undefined,
      netCookie: undefined,
      name,
    })),
    gaps: [{ fromUs: usAt(50), toUs: usAt(60) }],
  });
  const database = openForWriting(path);
  new NameWriter(database).write(
    RAW.map((name, index) => ({
      name,
      address: index === 0 ? '10.0.0.2' : `10.0.1.${index}`,
      fromUs: usAt(1),
      toUs: undefined,
      source: 'dns',
      netns: 1,
      ended: undefined,
    })),
  );
  const insert = database.prepare('INSERT INTO cgroup (id, path, container, pod, unit) VALUES (?, ?, ?, ?, ?)');
  for (const [index, raw] of RAW.entries()) insert.run(index + 1, `/${raw}`, raw, raw, raw);
  const notes = JSON.stringify([{ subject: 'names', text: ALL_HOSTILE }]);
  database.prepare('UPDATE runs SET host = ?, kernel = ?, notes = ?').run(ALL_HOSTILE, ALL_HOSTILE, notes);
  database.close();
}

/** Puts hostile texts where sstory itself writes addresses, words of its own and numbers: anybody can make such a file. */
export function forge(path: string): void {
  allowTextForNumbers(path);
  const database = openForWriting(path);
  database.exec('PRAGMA ignore_check_constraints = ON');
  const set = (table: string, column: string) =>
    database.prepare(`UPDATE ${table} SET ${column} = ?`).run(`${column} ${ALL_HOSTILE}`);
  const update = database.prepare('UPDATE socket SET remote_addr = ? WHERE id = ?');
  for (const [index, raw] of RAW.entries()) update.run(raw, index + 1);
  for (const column of NUMBERS) set('socket', column);
  set('gaps', 'reason');
  set('events', 'kind');
  set('sample', 'timer');
  set('names', 'source');
  set('names', 'ended');
  set('runs', '"end"');
  database.close();
}

/** Columns that are only shown. */
const NUMBERS = ['local_port', 'pid', 'fd', 'uid', 'inode', 'cookie', 'bytes_sent', 'retransmits'];

function allowTextForNumbers(path: string): void {
  const database = openForWriting(path);
  database.unsafeMode();
  database.exec("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '')");
  database.close();
}
