import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { query, Recorder, requireRoot, Stage } from '../lab/index.js';
import { holderText, type Recorded, readRecorded, truthSocket } from './recorded.js';
import { namespacesOf, Rehearsal } from './rehearsal.js';
import { SCENARIOS, type Truth } from './scenarios/index.js';

function states(path: string): string[] {
  return path
    .replaceAll('~', '')
    .split(' ')
    .filter((state) => state !== '');
}

/** Whether the states are some of the socket's real ones, in their real order. */
function isPartOf(recorded: readonly string[], real: readonly string[]): boolean {
  let from = 0;
  return recorded.every((state) => {
    const at = real.indexOf(state, from);
    from = at + 1;
    return at >= 0;
  });
}

/** Sockets begin somewhere before the first state seen, which is written as UNCONN. */
function possible(recorded: Recorded, truth: Truth): boolean {
  return isPartOf(states(recorded.path).slice(1), states(truth.path));
}

describe('sstory record --source diag', () => {
  const stage = new Stage();
  let path: string;
  let rehearsal: Rehearsal;
  let outcome: Awaited<ReturnType<Recorder['stop']>>;

  before(async function () {
    requireRoot(this);
    path = join(await stage.directory(), 'diag.db');
    const recorder = stage.use(await Recorder.start(path, '--source', 'diag', '--interval', '100ms'));
    rehearsal = await Rehearsal.of(stage);
    outcome = await recorder.stop();
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const { name } of SCENARIOS) {
    it(`sees what is still there at the end, with its holder: ${name}`, function () {
      for (const truth of rehearsal.truths(name, this)) {
        const last = states(truth.path).at(-1) ?? 'UNCONN';
        if (last === 'UNCONN') continue;
        const recorded = readRecorded(path, truth.netns).filter(({ socket }) => socket === truthSocket(truth));
        const now = recorded.at(-1);
        equal(now?.state, last, truthSocket(truth));
        if (truth.holder === undefined || last === 'TIME-WAIT') continue;
        const holders = now?.owners.map(holderText) ?? [];
        const expected = holderText(truth.alsoHeldBy?.[0] ?? truth.holder);
        ok(holders.includes(expected), `${expected} is not among ${holders.join(', ')}`);
      }
    });

    it(`tells of no state that a socket was not in: ${name}`, function () {
      const truths = rehearsal.truths(name, this);
      const recorded = namespacesOf(truths).flatMap((netns) => readRecorded(path, netns));
      for (const one of recorded) {
        const same = truths.filter((truth) => truthSocket(truth) === one.socket);
        ok(
          same.some((truth) => possible(one, truth)),
          `${one.socket} ${one.path} is none of ${same.map((truth) => truth.path).join(', ')}`,
        );
      }
    });
  }

  it('cannot see a connect that failed at once', function () {
    const [, attempt] = rehearsal.truths('network unreachable at once', this);
    const recorded = readRecorded(path, attempt?.netns ?? 0);
    deepEqual(
      recorded.map(({ origin }) => origin === 'connect'),
      [false],
    );
  });

  it('marks everything as inferred', () => {
    deepEqual(query(path, "SELECT * FROM transitions WHERE source = 'probe'"), []);
    deepEqual(query(path, "SELECT * FROM transitions WHERE source = 'snapshot' AND not_before_us IS NULL"), []);
    deepEqual(query(path, "SELECT * FROM connections WHERE opened_source = 'probe' OR closed_source = 'probe'"), []);
  });

  it('says nothing of why a socket closed, unless its state told', () => {
    const reasons = query<{ close_reason: string }>(
      path,
      'SELECT DISTINCT close_reason FROM connections WHERE closed_us > 0',
    );
    for (const { close_reason } of reasons)
      ok(['unknown', 'orderly', 'timed out'].includes(close_reason), close_reason);
  });

  it('ends cleanly on Ctrl-C', () => {
    equal(outcome.exitCode, 0, outcome.stderr);
    deepEqual(query(path, 'SELECT source, end FROM runs'), [{ source: 'diag', end: 'clean' }]);
  });
});
