import { deepEqual, equal } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Script, Script as VmScript } from 'node:vm';
import { execa } from 'execa';
import { SUMMARIES } from '../../src/cli/summaries.js';
import { connectionOf, writeHistory } from '../lab/history.js';
import { MAIN, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

const LOAD = fileURLToPath(new URL('../../../bin/load.js', import.meta.url));
const { load } = createRequire(import.meta.url)(LOAD) as {
  load(file: string): { readonly script: Script; readonly key: string };
};
/** Prints what Node loaded from files, when the command ends. */
const LIST = `process.on('exit', () => process.stderr.write(Object.keys(require('node:module')._cache).join('\\n')));`;
const NATIVE = /\.node$|\/node_modules\/@?ko/;

describe('the start of a command', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('loads one file, and what has native code', async () => {
    const directory = await stage.directory();
    const db = join(directory, 'one.db');
    writeHistory(db, { connections: [connectionOf(1, [[0, 'SYN-SENT']])] });
    const list = join(directory, 'list.cjs');
    writeFileSync(list, LIST);
    for (const words of [
      ['log', '-n', '20', '--db', db],
      ['names', '--db', db],
      ['ss', '-tan'],
    ]) {
      const { stderr } = await execa(process.execPath, ['--require', list, MAIN, ...words]);
      const loaded = stderr.split('\n').filter((line) => line.startsWith('/'));
      deepEqual(
        loaded.filter((file) => !NATIVE.test(file)),
        [list, MAIN, LOAD],
        words[0],
      );
    }
  });

  it('takes the file of each command', async () => {
    for (const name of Object.keys(SUMMARIES)) {
      const { exitCode, stderr } = await sstory('help', name);
      deepEqual({ name, exitCode, stderr }, { name, exitCode: 0, stderr: '' });
    }
  });

  it('takes code that was compiled from this text, and no other', async () => {
    const directory = await stage.directory();
    const file = join(directory, 'a.cjs');
    const text = (value: string, key: string) => `globalThis.started = '${value}';\n//# key=${key.repeat(64)}`;
    const started = () => (globalThis as { started?: string }).started;
    const compiled = (source: string) =>
      new VmScript(`(function (exports, require, module, __filename, __dirname) {${source}\n})`).createCachedData();
    writeFileSync(file, text('old', '0'));
    writeFileSync(`${file}.code`, Buffer.concat([Buffer.from('0'.repeat(64)), compiled(text('old', '0'))]));
    equal(load(file).script.cachedDataRejected, false);
    equal(started(), 'old');
    // As long as the other: V8 compares no more than that.
    writeFileSync(file, text('new', '1'));
    equal(load(file).script.cachedDataRejected, undefined);
    equal(started(), 'new');
    // V8 has compiled each text once, so each needs another.
    writeFileSync(file, text('cut', '2'));
    writeFileSync(`${file}.code`, `${'2'.repeat(64)}not code`);
    equal(load(file).script.cachedDataRejected, true);
    equal(started(), 'cut');
  });
});
