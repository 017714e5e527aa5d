import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { requireRoot } from '../lab/privileges.js';
import { query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { holderText, type Recorded, readRecorded, truthSocket } from './recorded.js';
import { namespacesOf, Rehearsal } from './rehearsal.js';
import { closedByServerFirst } from './scenarios/closing.js';
import type { Truth } from './scenarios/scenario.js';
import { SCENARIOS } from './scenarios/scenarios.js';
import { Venue } from './scenarios/venue.js';

/** Enough for some to begin and end between two snapshots, the next of which comes before or after the kernel's destroy notification. */
const SHORT_LIVES = 60;

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

/** No snapshot ever had it. */
function knownByNotificationOnly({ sources, state }: Recorded): boolean {
  return sources.length === 0 && state === 'UNCONN';
}

describe('sstory record --source diag', () => {
  const stage = new Stage();
  let path: string;
  let rehearsal: Rehearsal;
  const short: Truth[] = [];
  let outcome: Awaited<ReturnType<Recorder['stop']>>;

  before(async function () {
    requireRoot(this);
    path = join(await stage.directory(), 'diag.db');
    const recorder = stage.use(await Recorder.start(path, '--source', 'diag', '--interval', '100ms'));
    rehearsal = await Rehearsal.of(stage);
    const venue = await Venue.open(stage);
    await until('a destroy notification from the new namespace', async () => {
      await closedByServerFirst(venue);
      return readRecorded(path, venue.netns.inode).some(knownByNotificationOnly);
    });
    await until('some short lives, a snapshot or two among them', async () => {
      short.push((await closedByServerFirst(venue))[1]);
      return short.length === SHORT_LIVES;
    });
    outcome = await recorder.stop();
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const { name } of SCENARIOS) {
    it(`records what is still open at the end, with its owner: ${name}`, function () {
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

    it(`records no state that a socket was not in: ${name}`, function () {
      const truths = rehearsal.truths(name, this);
      const recorded = namespacesOf(truths).flatMap((netns) => readRecorded(path, netns, rehearsal.startedUs));
      for (const one of recorded) {
        const same = truths.filter((truth) => truthSocket(truth) === one.socket);
        ok(
          same.some((truth) => possible(one, truth)),
          `${one.socket} ${one.path} is none of ${same.map((truth) => truth.path).join(', ')}`,
        );
      }
    });
  }

  it('makes one connection of a destroy notification and the TIME-WAIT of its socket, which no snapshot saw before', () => {
    const [first] = short;
    const recorded = readRecorded(path, first?.netns ?? 0);
    deepEqual(
      short.map((truth) => recorded.filter(({ socket }) => socket === truthSocket(truth)).map(({ state }) => state)),
      short.map(() => ['TIME-WAIT']),
    );
  });

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

  it('records no reason for a close unless the state shows it', () => {
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
