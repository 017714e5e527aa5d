import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { connectionIds } from '../../src/request/connection-ids.js';
import { connectionOf, writeHistory } from '../lab/history.js';
import { sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

describe('ids of connections in the place of a filter', () => {
  const stage = new Stage();
  let db: string;

  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [1, 2, 3].map((id) =>
        connectionOf(id, [
          [id, 'SYN-SENT'],
          [id + 10, 'UNCONN'],
        ]),
      ),
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  it('are numbers, perhaps as other commands print them', () => {
    deepEqual(connectionIds(['87340']), [87_340]);
    deepEqual(connectionIds(['#1', '2']), [1, 2]);
    for (const words of [[], ['dst', '1'], ['1', 'or', '2'], ['-1'], ['1.5']]) equal(connectionIds(words), undefined);
  });

  for (const [command, words, expected] of [
    ['log', ['#2'], [2, 2]],
    ['log', ['3', '#1'], [1, 3, 1, 3]],
    ['timeline', ['2'], [2]],
    ['timeline', ['1', '2', '--since', 'end-1s'], []],
    ['explain', ['1', '3'], [1, 3]],
  ] as const) {
    it(`are taken by ${command} ${words.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await sstory(command, ...words, '--json', '--db', db);
      equal(exitCode, 0, stderr);
      const ids = stdout.split('\n').flatMap((line) => /"connection_id":(\d+)/.exec(line)?.[1] ?? []);
      deepEqual(command === 'explain' ? ids.map(Number).sort() : ids.map(Number), expected);
    });
  }

  it('are an error where there is no such connection, or none in the namespace', async () => {
    const { exitCode, stderr } = await sstory('log', '99', '--db', db);
    equal(exitCode, 1);
    match(stderr, /history\.db has no connection 99\n/);
    match((await sstory('log', '1', '-N', '2', '--db', db)).stderr, /no network namespace "2"|no entries/);
  });
});
