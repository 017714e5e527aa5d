import { equal, match } from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { MAIN } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

/** As Node fails to load a module that was compiled for another one. */
const STUB = `
const { dlopen } = process;
process.dlopen = (module, file, ...rest) => {
  if (!/better.sqlite3/.test(String(file))) return dlopen.call(process, module, file, ...rest);
  throw Object.assign(new Error('was compiled against a different Node.js version'), { code: 'ERR_DLOPEN_FAILED' });
};`;

describe('a tree that was built for another Node', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('is reported in one line with the way out, and no file is created', async () => {
    const directory = await stage.directory();
    const stub = join(directory, 'stub.cjs');
    const db = join(directory, 'new.db');
    writeFileSync(stub, STUB);
    const args = ['--require', stub, MAIN, 'record', '--source', 'diag', '--db', db];
    const { exitCode, stderr } = await execa(process.execPath, args, { reject: false });
    equal(exitCode, 1);
    match(stderr, /^sstory: sstory was built for another Node than v[\d.]+\n.*npm start.*\n?$/);
    equal(existsSync(db), false);
  });
});
