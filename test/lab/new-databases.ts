import { join } from 'node:path';
import { Stage } from './stage.js';

/** To be called in a `describe`: its tests get the path of a new database with each call of what this returns. */
export function newDatabases(): () => string {
  const stage = new Stage();
  let directory: string;
  let count = 0;
  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());
  return () => join(directory, `${++count}.db`);
}
