/**
 * The installed ss and `sstory ss` side by side, over live sockets in a network namespace: the same rows, columns and exit
 * codes. Byte by byte where nothing moves by itself; elsewhere the clocks are masked (moving-values.ts), and so the spacing.
 */
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { atLeast } from '../lab/number-assertions.js';
import { requireRoot } from '../lab/privileges.js';
import { Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { ALIKE, REFUSED } from './command-lines.js';
import type { Answers, Past, SideBySide } from './live-world.js';
import { maskMoving, withoutSpacing } from './moving-values.js';
import { differing } from './past-rows.js';
import { requireSs } from './real-ss.js';

const WORLD = fileURLToPath(new URL('./live-world.js', import.meta.url));

describe('live sockets', function () {
  this.timeout(120_000);
  const stage = new Stage();
  let answers: ReadonlyMap<string, SideBySide> = new Map();
  let answersOfDumps: readonly SideBySide[] = [];
  let pastAnswers: ReadonlyMap<string, Past> = new Map();

  before(async function () {
    requireRoot(this);
    requireSs(this);
    const [here, there] = [await stage.netns(), await stage.netns()];
    const places = { here: here.name, there: there.name, ...filterFiles(await stage.directory()) };
    await there.run('ip', 'link', 'add', 'inside', 'type', 'veth', 'peer', 'name', 'other');
    const commands = [...ALIKE, ...REFUSED];
    const words = commands.map((command) => wordsOf(command, places));
    const world = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, WORLD, there.path];
    const [dump, database] = [join(await stage.directory(), 'dump'), join(await stage.directory(), 'ss.db')];
    stage.use(await Recorder.start(database, '--interval', '250ms'));
    const { stdout } = await execa(...here.inside(...world, dump, database), { input: JSON.stringify(words) });
    const { live, ofDumps, past } = JSON.parse(stdout) as Answers;
    const byCommand = <Each>(each: Each, index: number) => [commands[index] ?? '', each] as const;
    answers = new Map(live.map(byCommand));
    answersOfDumps = ofDumps;
    pastAnswers = new Map(past.map(byCommand));
  });
  after(() => stage[Symbol.asyncDispose]());

  function answer(command: string): SideBySide {
    const found = answers.get(command);
    ok(found, `not asked for: ${command}`);
    return found;
  }

  it('are compared for more than 200 command lines', () => {
    atLeast(new Set([...ALIKE, ...REFUSED]).size, 201, 'command lines');
    equal(new Set([...ALIKE, ...REFUSED]).size, ALIKE.length + REFUSED.length);
  });

  it('are there in every state that lasts', () => {
    const states = answer('-tanH')
      .theirs.stdout.split('\n')
      .flatMap((line) => line.split(' ', 1).filter(Boolean));
    equal(
      [...new Set(states)]
        .filter((state) => state !== 'UNCONN')
        .sort()
        .join(' '),
      'CLOSE-WAIT CLOSING ESTAB FIN-WAIT-1 FIN-WAIT-2 LAST-ACK LISTEN SYN-RECV SYN-SENT TIME-WAIT',
    );
  });

  for (const command of ALIKE) {
    it(`ss ${command}`, function () {
      const { theirs, ours } = answer(command);
      if (isSilentOnThreads(command, theirs.stdout)) this.skip();
      equal(ours.code, theirs.code, ours.stderr);
      const moves = maskMoving(theirs.stdout) !== theirs.stdout;
      const look = moves ? withoutSpacing : String;
      equal(look(ours.stdout), look(theirs.stdout));
    });
  }

  it('look the same out of a dump', () => {
    atLeast(answersOfDumps.length, 151, 'answers of dumps');
    const different = answersOfDumps.filter(
      ({ argv, theirs, ours }) =>
        (ours.stdout !== theirs.stdout || ours.code !== theirs.code) &&
        !isSilentOnThreads(argv.join(' '), theirs.stdout),
    );
    deepEqual(
      different.map(({ argv }) => argv.join(' ')),
      [],
    );
  });

  for (const command of ALIKE) {
    it(`ss --at T ${command}`, function () {
      const answer = pastAnswers.get(command);
      ok(answer, `not asked for: ${command}`);
      const { theirs, ours, oursBefore } = answer;
      if (isSilentOnThreads(command, theirs.stdout)) this.skip();
      equal(ours.code, theirs.code, ours.stderr);
      deepEqual(differing(theirs.stdout, oursBefore.stdout, ours.stdout), { theirs: [], ours: [] });
    });
  }

  for (const command of REFUSED) {
    it(`ss ${command}: refused`, () => {
      const { theirs, ours } = answer(command);
      notEqual(theirs.code, 0, 'ss does not refuse this');
      equal(ours.code, theirs.code, ours.stderr);
      equal(ours.stdout, '');
    });
  }
});

/** -T without -p lists nothing in iproute2 6.15 and 7.3 (docs/ss-compatibility.md). */
function isSilentOnThreads(command: string, printed: string): boolean {
  return /^-tan (-T|--threads)$/.test(command) && !printed.includes('Process');
}

function filterFiles(directory: string): Record<'filter' | 'nothing' | 'continued', string> {
  const files = {
    filter: '# which host\ndst 127.0.0.1\nsport = :80\n',
    nothing: '# nothing\n',
    continued: 'dst 127.0.0.1\\\n sport = :80\n',
  };
  const write = ([name, text]: [string, string]) => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return [name, file];
  };
  return Object.fromEntries(Object.entries(files).map(write)) as Record<keyof typeof files, string>;
}

function wordsOf(command: string, places: Readonly<Record<string, string>>): string[] {
  const placed = command.replaceAll(/\{(\w+)\}/g, (all, name: string) => places[name] ?? all);
  return placed.split(' ').filter((word) => word !== '');
}
