import { deepEqual } from 'node:assert/strict';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import type { CorrelatorInput } from '../../src/pipeline/correlator.js';
import { SnapshotRounds } from '../../src/recorder/snapshot-rounds.js';

const HOUR_US = 3_600_000_000;
const TIMES = { netns: 1, startBootUs: 0, endBootUs: 10, offsetUs: 0 };

/** Rounds whose snapshots follow each other at once, or after an hour while nothing happens. */
class Rounds {
  readonly nextUs: (number | undefined)[] = [];
  private readonly rounds: SnapshotRounds;
  private seen: () => void = () => undefined;

  constructor({ isQuiet = true, tracing = true, during = (_rounds: Rounds): void => undefined } = {}) {
    this.rounds = new SnapshotRounds({
      snapshots: {
        take: () => {
          during(this);
          return Promise.resolve({ inputs: [snapshotOf([], TIMES)], cpuUs: 0, isQuiet });
        },
      },
      probe: tracing ? { wantNews: () => undefined } : undefined,
      pace: { nextUs: () => 0, quietUs: () => HOUR_US },
      wish: () => ({}),
      timeWaits: () => 0,
    });
    this.rounds.inputs$.subscribe((input) => this.note(input));
  }

  async taken(count: number): Promise<void> {
    while (this.nextUs.length < count) {
      await new Promise<void>((resolve) => {
        this.seen = resolve;
      });
    }
  }

  noteNews(): void {
    this.rounds.noteNews();
  }

  stop(): void {
    this.rounds.stop();
  }

  private note(input: CorrelatorInput): void {
    if (input.kind === 'snapshot') this.nextUs.push(input.nextUs);
    this.seen();
  }
}

describe('snapshots, one after the other', () => {
  it('are put off while nothing happens', async () => {
    const rounds = new Rounds();
    await rounds.taken(1);
    rounds.stop();
    deepEqual(rounds.nextUs, [HOUR_US]);
  });

  it('are not where a snapshot differed from the one before', async () => {
    const rounds = new Rounds({ isQuiet: false });
    await rounds.taken(3);
    rounds.stop();
    deepEqual(rounds.nextUs.slice(0, 3), [0, 0, 0]);
  });

  it('are not without a probe, whose events would end the wait', async () => {
    const rounds = new Rounds({ tracing: false });
    await rounds.taken(3);
    rounds.stop();
    deepEqual(rounds.nextUs.slice(0, 3), [0, 0, 0]);
  });

  it('are not after an event that came while one was taken', async () => {
    let events = 2;
    const rounds = new Rounds({ during: (each) => events-- > 0 && each.noteNews() });
    await rounds.taken(3);
    rounds.stop();
    deepEqual(rounds.nextUs, [0, 0, HOUR_US]);
  });

  it('go on with the first event', async () => {
    const rounds = new Rounds();
    await rounds.taken(1);
    rounds.noteNews();
    await rounds.taken(2);
    rounds.stop();
    deepEqual(rounds.nextUs, [HOUR_US, HOUR_US]);
  });
});
