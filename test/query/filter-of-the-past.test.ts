import { deepEqual, match } from 'node:assert/strict';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { FORESEEN } from '../../src/model/stored-codes.js';
import { connectionsBetween } from '../../src/query/connections-between.js';
import { historyFilter } from '../../src/query/history-filter.js';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { NAMES } from '../filter/names.js';
import { connectionOf, usAt, writeHistory } from '../lab/history.js';
import { sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

const OLD = '10.0.0.2';
const tuple = { family: 4, localAddr: '10.0.0.1', localPort: 40_001, remoteAddr: OLD, remotePort: 9_200 } as const;

/** 1 was refused at 2 s, 2 is open since 10 s, 3 was accepted and lasted from 20 to 80 s, 4 is in TIME-WAIT up to 130 s. */
const connections = [
  connectionOf(
    1,
    [
      [1, 'SYN-SENT'],
      [2, 'UNCONN'],
    ],
    { closeReason: 'refused', tuple },
  ),
  connectionOf(2, [[10, 'ESTAB']], { tuple: { ...tuple, localPort: 40_002, remoteAddr: '10.0.0.3' } }),
  connectionOf(
    3,
    [
      [20, 'ESTAB'],
      [80, 'UNCONN'],
    ],
    { origin: 'accept', tuple: { ...tuple, localPort: 9_200, remotePort: 50_000, remoteAddr: '10.0.0.4' } },
  ),
  connectionOf(
    4,
    [
      [60, 'ESTAB'],
      [70, 'TIME-WAIT'],
      [130, 'UNCONN'],
    ],
    { tuple: { ...tuple, localPort: 40_004, remoteAddr: '10.0.0.5' } },
  ),
];

describe('words of a filter for what only the past knows', () => {
  const stage = new Stage();
  let path: string;
  let database: Database.Database;
  before(async () => {
    path = join(await stage.directory(), 'past.db');
    writeHistory(path, { connections });
    const writer = openForWriting(path);
    const names = writer.prepare("INSERT INTO names VALUES (?, ?, ?, ?, 'dns', 1, NULL)");
    names.run('kafka.internal', OLD, usAt(0), usAt(1));
    names.run('kafka.internal', '10.0.0.3', usAt(1), null);
    names.run('later.internal', OLD, usAt(50), null);
    writer.prepare('UPDATE socket SET closed_source = ? WHERE id = 4').run(FORESEEN);
    writer.close();
    database = openForReading(path);
  });
  after(async () => {
    database.close();
    await stage[Symbol.asyncDispose]();
  });

  const matching = async (text: string, atS?: number) => {
    const during = atS === undefined ? undefined : { fromUs: usAt(atS), toUs: usAt(atS) };
    const filter = await historyFilter(database, text.split(' '), NAMES, { during });
    return [...connectionsBetween(database, usAt(0), usAt(100), filter?.condition)].map(({ id }) => id).sort();
  };

  for (const [text, ids] of [
    ['reason refused', [1]],
    // A TIME-WAIT whose end is to come has no reason yet.
    ['reason orderly', [3]],
    ['reason != refused', [2, 3, 4]],
    ['origin accept', [3]],
    ['id 2 or id = 3', [2, 3]],
    ['id > 2', [3, 4]],
    ['duration <= 1s', [1]],
    ['duration > 59s', [2, 3]],
    ['duration = 40s', [4]],
    // Also where the name has moved on since; not one that the address got after the connection had ended.
    ['name kafka.internal', [1, 2]],
    ['name later.internal', []],
    ['name *.internal', [1, 2]],
    ['name != *.internal', [3, 4]],
    ['port 9200', [1, 2, 3, 4]],
    ['port 50000', [3]],
    ['port != 9200', []],
    ['host 10.0.0.4', [3]],
    ['host 10.0.0.1:9200', [3]],
    ['host != 10.0.0.4', [1, 2, 4]],
  ] as const) {
    it(`${text} matches ${ids.join(', ') || 'none'}`, async () => {
      deepEqual(await matching(text), ids);
    });
  }

  it('duration is up to the time in question, where the connection goes on', async () => {
    deepEqual(await matching('duration > 30s', 30), []);
    deepEqual(await matching('duration > 30s', 51), [2, 3]);
  });

  it('are refused for live sockets, with the way out', async () => {
    const { exitCode, stderr } = await sstory('ss', '-tan', 'reason', 'refused');
    deepEqual(exitCode, 2);
    match(stderr, /"reason" is known of recorded connections only\n.*--at/);
  });

  it('are explained by their values', async () => {
    for (const [word, message] of [
      ['reason lost', /unknown reason "lost"\n(?:.*\n)*.*timed-out/],
      ['origin here', /unknown origin "here"\n(?:.*\n)*.*connect accept/],
      ['duration soon', /invalid duration "soon"/],
      ['duration', /expected a duration after "duration"/],
      ['id x', /invalid id "x"/],
      ['name a/b', /invalid host name "a\/b"/],
      ['reason > refused', /"reason" does not support ">"/],
    ] as const)
      match((await sstory('log', ...word.split(' '), '--db', path)).stderr, message);
  });

  it('are listed by help filter', async () => {
    const { stdout, exitCode } = await sstory('help', 'filter');
    deepEqual(exitCode, 0);
    for (const word of ['reason', 'origin', 'duration', 'name', 'id', 'port', 'host', 'comm', 'netns'])
      match(stdout, new RegExp(`\\b${word}\\b`));
  });
});
