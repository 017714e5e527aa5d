import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { AddressPermutation } from '../../../src/query/redaction/address-permutation.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { MAIN, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { decodeTrace } from '../../view/perfetto/decoded-trace.js';

describe('sstory export --format perfetto', () => {
  const stage = new Stage();
  let directory: string;
  let db: string;

  before(async () => {
    directory = await stage.directory();
    db = join(directory, 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(1, [
          [10, 'SYN-SENT'],
          [14, 'UNCONN'],
        ]),
        connectionOf(2, [
          [20, 'SYN-SENT'],
          [20.001, 'ESTAB'],
        ]),
      ],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const run = (...words: string[]) => sstory('export', '--db', db, ...words);
  const connectionsIn = (bytes: Uint8Array) => {
    const { slices } = decodeTrace(bytes);
    return slices.flatMap(({ args }) => (args['connection'] === undefined ? [] : [args['connection']]));
  };

  it('is what a file that ends in .pftrace gets', async () => {
    const file = join(directory, 'all.pftrace');
    const { exitCode, stderr } = await run('-o', file);
    equal(exitCode, 0, stderr);
    match(stderr, /^sstory: 2 connections in .*all\.pftrace: open it in https:\/\/ui\.perfetto\.dev$/);
    deepEqual(connectionsIn(readFileSync(file)), [1, 2]);
    equal(statSync(file).mode & 0o777, 0o600);
  });

  it('takes a filter and a time, and can be piped', async () => {
    const words = [MAIN, 'export', '--db', db, '--format', 'perfetto'];
    const trace = async (...more: string[]) => {
      const { stdout } = await execa(process.execPath, [...words, ...more], { encoding: 'buffer' });
      return connectionsIn(stdout);
    };
    deepEqual(await trace('state', 'established'), [2]);
    deepEqual(await trace('--until', 'start+15s'), [1]);
    deepEqual(await trace('sport', '=', ':1'), []);
  });

  it('leaves out names and replaces addresses with --redact', async () => {
    const named = join(directory, 'named.db');
    const detail = 'sent 10.0.0.1:80 > 10.0.0.77:5';
    writeHistory(named, {
      connections: [connectionOf(1, [[10, 'SYN-SENT']])],
      events: [
        { connectionId: 1, atUs: usAt(11), kind: 'reset', detail },
        { connectionId: undefined, atUs: usAt(12), kind: 'reset', detail },
      ],
    });
    const key = join(directory, 'key');
    writeFileSync(key, 'a key of more than sixteen bytes');
    const file = join(directory, 'redacted.pftrace');
    const { exitCode, stderr } = await sstory(
      ...['export', '--db', named, '-o', file, '--redact', '--redact-key-file', key],
    );
    equal(exitCode, 0, stderr);
    const bytes = readFileSync(file);
    const { slices, instants } = decodeTrace(bytes);
    const text = bytes.toString('latin1');
    for (const secret of ['java', '10.0.0.1', '10.0.0.2', '10.0.0.77']) ok(!text.includes(secret), secret);
    const addresses = new AddressPermutation(readFileSync(key));
    equal(slices[0]?.args['remote_addr'], addresses.of('10.0.0.2'));
    const replaced = `sent ${addresses.of('10.0.0.1')}:80 > ${addresses.of('10.0.0.77')}:5`;
    deepEqual(
      instants.map(({ args }) => args['detail']),
      [replaced, replaced],
    );
  });

  it('refuses what makes no sense', async () => {
    const before = readFileSync(db);
    for (const [words, said] of [
      [['--format', 'perfetto', '--what', 'gaps'], /unknown option '--what'/],
      [['--format', 'perfetto', '-o', db], /is the database itself/],
      [['--format', 'recording', '-o', db], /is the database itself/],
    ] as const) {
      const { exitCode, stderr } = await run(...words);
      equal(exitCode, 2, stderr);
      match(stderr, said);
    }
    ok(readFileSync(db).equals(before));
    deepEqual(
      readdirSync(directory).filter((name) => name.includes('.part')),
      [],
    );
  });
});
