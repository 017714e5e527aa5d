import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { SCHEMA_VERSION } from '../../src/store/migration.js';
import { JSON_VERSIONS } from '../../src/view/json-versions.js';
import { sstory } from '../lab/sstory.js';

describe('the command line', () => {
  const nowhere = '/nonexistent/nowhere.db';

  const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['frobnicate'], 2, /no command "frobnicate"; sstory --help/],
    [['recrod'], 2, /no command "recrod"; did you mean record\?/],
    [['help', 'recrod'], 2, /did you mean record/],
    [['--db', nowhere, 'log', '-n', '3'], 2, /options come after the command: sstory log --db \/non\S+ -n 3$/m],
    [[`--db=${nowhere}`, 'explain', '--all'], 2, /: sstory explain --db=\S+ --all$/m],
    [['--debug', 'info'], 2, /: sstory info --debug$/m],
    [['record', '--interval', '1'], 2, /invalid duration "1": a number and a unit: 500ms/],
    [['record', '--max-size', '2'], 2, /2 bytes are too few: give a unit: 2GB/],
    [['record', '--source', 'magic'], 2, /--source.*magic/],
    [['record', '--interval', 'soon'], 2, /--interval.*soon/],
    [['record', '--bogus'], 2, /--bogus/],
    [
      ['record', '--log', '/nonexistent/x.log'],
      2,
      /--log \/nonexistent\/x\.log: there is no directory \/nonexistent$/m,
    ],
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
    [['wait'], 2, /wait for what\?.*filter/],
    [['wait', 'state', 'syn-sent', '--for', 'soon'], 2, /--for.*soon/],
    [['wait', 'state', 'sin-sent'], 255, /sin-sent/],
    [['wait', 'state', 'syn-sent', '--db', nowhere], 1, /no database at/],
    [
      ['diff', 'start', 'end', '--fleet', 'https://ch.test/db'],
      2,
      /diff is about one host: it has no --fleet\n.*ss --at/,
    ],
    [['count', '--fleet=https://ch.test/db'], 2, /count is about one host/],
    [['replay', '--fleet', 'https://ch.test/db'], 2, /replay is about one host/],
    [['sql', '--json', 'SELECT 1'], 2, /sql has no --json\n {2}write: --format json/],
    [['log', '-n', 'x'], 2, /-n, --lines <count>': "x" is not a whole number of at least 0\n/],
    [['ss', '-tan', '--db', nowhere], 255, /--db names a recording.*\n.*--at end --db/],
    [['ss', '-u'], 255, /-u.*UDP.*TCP only/],
    [['ss', '-tX'], 255, /unknown flag -X/],
    [['ss', 'dst'], 255, /expected an address/],
  ];
  for (const [words, exitCode, message] of wrong) {
    it(`answers "${words.join(' ')}" with one clear line and exit code ${exitCode}`, async () => {
      const outcome = await sstory(...words);
      equal(outcome.exitCode, exitCode, outcome.stderr);
      equal(outcome.stdout, '');
      match(outcome.stderr, message);
      doesNotMatch(outcome.stderr, /^\s+at /m);
    });
  }

  const helps: Readonly<Record<string, { readonly usage: string; readonly options: readonly string[] }>> = {
    record: {
      usage: '[options]',
      options: ['--db', '--source', '--interval', '--duration', '--retain', '--tee', '--serve'],
    },
    log: {
      usage: '[options] [filter...]',
      options: ['--fleet', '--db', '--since', '--until', '--follow', '--lines', '--json'],
    },
    timeline: {
      usage: '[options] [filter...]',
      options: ['--db', '--since', '--until', '--json', '--oneline', '--min-duration', '--id', '--connections'],
    },
    diff: { usage: '[options] T1 T2 [filter...]', options: ['--db', '--since', '--until', '--json', '--transitions'] },
    explain: {
      usage: '[options] CONNECTION_ID | FILTER | --all [FILTER]',
      options: ['--db', '--since', '--until', '--json', '--at', '--all', '--netns', '--connections'],
    },
    replay: {
      usage: '[options] [filter...]',
      options: ['--db', '--since', '--until', '--json', '--speed', '--from', '--step', '--to-stream'],
    },
    live: { usage: '[options] [filter...]', options: ['--db', '--json'] },
    serve: { usage: '[options]', options: ['--db', '--listen', '--allow-host', '--token-file'] },
    url: { usage: '[options]', options: ['--db'] },
    fleet: { usage: '[options] <action> [url]', options: ['--retain', '--on-cluster', '--print'] },
    ss: { usage: '[FLAGS] [FILTER]', options: ['--all', '--kill', '--json', '--columns', '--at', '--db', '--dump'] },
    sql: { usage: '[options] [query]', options: ['--fleet', '--db', '--format'] },
    names: {
      usage: '[options] [name|address]',
      options: ['--fleet', '--db', '--since', '--until', '--reverse', '--json'],
    },
    import: { usage: '[options] <file>', options: ['--db', '--ss-dump', '--time'] },
    prune: { usage: '[options]', options: ['--db', '--retain', '--max-size'] },
    export: {
      usage: '[options] [filter...]',
      options: ['--db', '--format', '--what', '--since', '--until', '--output'],
    },
    ship: {
      usage: '[options]',
      options: ['--to', '--what', '--once', '--pace', '--name', '--db', '--state', '--status', '--json'],
    },
    wait: {
      usage: '[options] [filter...]',
      options: ['--db', '--for', '--timeout', '--exec', '--repeat', '--json', '--netns'],
    },
    top: {
      usage: '[options] [filter...]',
      options: ['--db', '--since', '--until', '--netns', '--json', '--by', '--sort', '--lines'],
    },
    count: {
      usage: '[options] [filter...]',
      options: ['--db', '--since', '--until', '--netns', '--json', '--by', '--every'],
    },
    status: { usage: '[options]', options: ['--db', '--json', '--max-lag', '--max-lost'] },
    metrics: { usage: '[options]', options: ['--db', '--listen', '--label', '--token-file'] },
    info: { usage: '[options]', options: ['--db', '--json'] },
    check: { usage: '[options]', options: ['--db'] },
    migrate: { usage: '[options]', options: ['--db'] },
    completion: { usage: '[options] <shell>', options: [] },
    doctor: { usage: '[options]', options: ['--json'] },
  };
  for (const [name, { usage, options }] of Object.entries(helps)) {
    it(`answers "${name} --help" with its usage and its options`, async () => {
      const { exitCode, stdout, stderr } = await sstory(name, '--help');
      deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
      equal(stdout.slice(0, `Usage: sstory ${name} ${usage}`.length), `Usage: sstory ${name} ${usage}`);
      deepEqual(wideLines(stdout), []);
      const listed = new Set(Array.from(stdout.matchAll(/(?:^| )(--[a-z-]+)/gm), ([, option]) => option));
      deepEqual(
        options.filter((option) => !listed.has(option)),
        [],
      );
    });
  }

  it('answers --help with every command and its summary, as at the head of its own help', async () => {
    const { exitCode, stdout, stderr } = await sstory('--help');
    deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    deepEqual(
      Array.from(stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm), ([, name]) => name),
      Object.keys(helps),
    );
    deepEqual(wideLines(stdout), []);
    match(stdout, /^ {2}check {7}check a database for corruption and inconsistencies$/m);
    match((await sstory('check', '--help')).stdout, /^Check a database for corruption and inconsistencies\.$/m);
  });

  it('answers help COMMAND as COMMAND --help', async () => {
    deepEqual(await sstory('help', 'log'), await sstory('log', '--help'));
  });

  it('answers --version with the version', async () => {
    const { exitCode, stdout, stderr } = await sstory('--version');
    deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    match(stdout, /^sstory \d+\.\d+\.\d+$/);
  });

  it('answers --version --json with the versions of what it prints and writes', async () => {
    const { exitCode, stdout, stderr } = await sstory('--version', '--json');
    deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    const { sstory: version, schema, recordings, json } = JSON.parse(stdout) as Record<string, unknown>;
    match(String(version), /^\d+\.\d+\.\d+$/);
    deepEqual([schema, recordings], [SCHEMA_VERSION, '1.1']);
    deepEqual(json, JSON_VERSIONS);
  });
});

/** Those that a terminal of 80 columns would wrap. */
function wideLines(text: string): string[] {
  return text.split('\n').filter((line) => line.length > 80);
}
