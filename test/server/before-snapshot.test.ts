import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { connectionOf, dumpOf, usAt, writeHistory } from '../lab/history.js';
import { Stage } from '../lab/stage.js';
import { Answered } from './answered.js';

describe('an answer about a time before the first snapshot', () => {
  const stage = new Stage();
  let db: string;
  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [connectionOf(1, [[2.01, 'ESTAB', 'snapshot', 0]], { origin: 'before-recording' })],
      snapshots: [dumpOf(1, 2), dumpOf(2, 3), dumpOf(1, 4)],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  it('has a note, of a socket table, a difference and an overview', async () => {
    using served = new Answered(db);
    const notes = async (path: string) =>
      (await served.json<{ notes: string[] }>(path)).notes.filter((note) => note.includes('snapshot had been'));
    equal((await notes(`/api/ss?at=${usAt(1)}`)).length, 1);
    equal((await notes(`/api/ss?at=${usAt(2.5)}&netns=2`)).length, 1);
    deepEqual(await notes(`/api/ss?at=${usAt(2.5)}`), []);
    equal((await notes(`/api/diff?first=${usAt(1)}&second=${usAt(1.5)}`)).length, 2);
    deepEqual(await notes(`/api/diff?first=${usAt(3)}&second=${usAt(4)}`), []);
    equal((await notes(`/api/overview?from=${usAt(1)}&to=${usAt(5)}`)).length, 1);
    deepEqual(await notes(`/api/overview?from=${usAt(2.5)}&to=${usAt(5)}`), []);
  });
});
