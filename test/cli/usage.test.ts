import { doesNotMatch, equal, match } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sstory } from '../lab/sstory.js';

describe('the command line', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sstory-cli-'));
  const nowhere = join(directory, 'nowhere.db');
  after(() => rmSync(directory, { recursive: true }));

  const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['frobnicate'], 2, /no command "frobnicate"/],
    [['record', '--source', 'magic'], 2, /--source.*magic/],
    [['record', '--interval', 'soon'], 2, /--interval.*soon/],
    [['record', '--bogus'], 2, /--bogus/],
    [['log', '--db', nowhere], 1, /no database at .*nowhere\.db/],
    [['log', '-n', 'many', '--db', nowhere], 2, /many/],
    [['ss', '-ant', '--at', '10:00', '--db', nowhere], 1, /no database at/],
    [['import'], 2, /import what/],
    [['import', nowhere], 1, /nowhere\.db cannot be read/],
    [['import', nowhere, nowhere], 2, /too many arguments/],
    [['export', '--format', 'recording', '--db', nowhere], 1, /no database at/],
    [['export', '--format', 'recording', '--what', 'gaps'], 2, /--what/],
    [['export', '--format', 'xml'], 2, /xml.*\n.*recording/],
    [['import', '--ss-dump'], 2, /--ss-dump.*missing/],
    [['import', '--ss-dump', nowhere], 1, /nowhere\.db cannot be read/],
    [['ss', '-u'], 255, /-u.*UDP.*TCP only/],
    [['ss', '-tQ'], 255, /no flag -Q/],
    [['ss', 'dst'], 255, /expected an address/],
  ];
  for (const [words, exitCode, message] of wrong) {
    it(`answers "${words.join(' ').replace(directory, '')}" with one clear line and exit code ${exitCode}`, async () => {
      const outcome = await sstory(...words);
      equal(outcome.exitCode, exitCode, outcome.stderr);
      equal(outcome.stdout, '');
      match(outcome.stderr, message);
      doesNotMatch(outcome.stderr, /^\s+at /m);
    });
  }

  for (const words of [
    ['--help'],
    ['record', '--help'],
    ['log', '--help'],
    ['ss', '--help'],
    ['import', '--help'],
    ['sql', '--help'],
    ['doctor', '--help'],
    ['explain', '--help'],
    ['--version'],
  ]) {
    it(`answers "${words.join(' ')}" on stdout`, async () => {
      const outcome = await sstory(...words);
      equal(outcome.exitCode, 0);
      match(outcome.stdout, /sstory/i);
      equal(outcome.stderr, '');
    });
  }
});
