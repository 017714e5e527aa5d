import { deepEqual, equal } from 'node:assert/strict';
import type { Gap } from '../../src/model/gap.js';
import type { NameRecord } from '../../src/model/name.js';
import type { RunNote } from '../../src/model/run-note.js';
import type { Names } from '../../src/names/name-thread.js';
import type { Missed, WorkerOptions } from '../../src/names/name-worker.js';
import { NameSource } from '../../src/recorder/name-source.js';
import { NameWriter } from '../../src/store/name-writer.js';
import { databaseInMemory } from '../lab/memory-database.js';
import { until } from '../lab/until.js';

const HOSTS: NameRecord = {
  name: 'h.test',
  address: '192.0.2.1',
  fromUs: 100,
  toUs: undefined,
  source: 'hosts',
  netns: 1,
  ended: undefined,
};
const ANSWER: NameRecord = { ...HOSTS, name: 'a.test', toUs: 9_000, source: 'dns' };

/** A thread that does what it is asked to: a real one cannot be made to fail. */
class Thread {
  changed: (records: readonly NameRecord[]) => void = () => undefined;
  missed: (missed: Missed) => void = () => undefined;
  break: (why: string) => void = () => undefined;
  isStopped = false;
  readonly failed = new Promise<string>((resolve) => {
    this.break = resolve;
  });
  readonly ready = Promise.resolve(undefined);

  constructor(readonly options: WorkerOptions) {}

  onChanged(take: (records: readonly NameRecord[]) => void): void {
    this.changed = take;
  }
  onMissed(report: (missed: Missed) => void): void {
    this.missed = report;
  }
  follow(): void {}
  async stop(): Promise<void> {
    this.isStopped = true;
  }
}

class Host {
  nowUs = 1_000;
  readonly threads: Thread[] = [];
  readonly said: string[] = [];
  readonly notes: RunNote[] = [];
  readonly gaps: Gap[] = [];
  readonly database = databaseInMemory();
  private readonly writer = new NameWriter(this.database);

  async source(againAfterMs = 0): Promise<NameSource> {
    const { source, notes } = await NameSource.start({
      database: this.database,
      netns: 'self',
      failed: (why) => this.said.push(why),
      nowUs: () => this.nowUs,
      againAfterMs,
      open: (options) => {
        const thread = new Thread(options);
        this.threads.push(thread);
        return thread as unknown as Names;
      },
    });
    deepEqual(notes, []);
    source.receive({
      changed: (records) => this.writer.write(records),
      note: (note) => this.notes.push(note),
      gap: (gap) => this.gaps.push(gap),
    });
    this.threads[0]?.changed([HOSTS, ANSWER]);
    return source;
  }

  ends(): unknown[] {
    return this.database.prepare('SELECT to_us FROM names ORDER BY from_us, name DESC').pluck().all();
  }
}

describe('the source of names', () => {
  it('ends its thread for a while: names without a TTL end, and the next thread knows what may still be valid', async () => {
    const host = new Host();
    const source = await host.source();
    deepEqual(host.ends(), [null, 9_000]);
    host.nowUs = 2_000;
    await source.pause();
    equal(host.threads[0]?.isStopped, true);
    deepEqual(host.ends(), [2_000, 9_000]);
    host.nowUs = 3_000;
    await source.resume();
    deepEqual(host.threads[1]?.options, { netns: 'self', known: [ANSWER] });
    host.threads[1]?.changed([{ ...HOSTS, fromUs: 3_000 }]);
    deepEqual(host.ends(), [2_000, 9_000, null]);
    await source.stop();
    equal(host.threads[1]?.isStopped, true);
    deepEqual(host.gaps, []);
  });

  it('counts what all of its threads missed', async () => {
    const host = new Host();
    const source = await host.source();
    const period = { fromUs: 1_000, toUs: 2_000 };
    host.threads[0]?.missed({ dropped: 3, unreadable: 1, lately: { dropped: 3, period } });
    await source.pause();
    await source.resume();
    host.threads[1]?.missed({ dropped: 2, unreadable: 4, lately: { dropped: 2, period } });
    equal(source.missed?.text, '5 DNS answers dropped, 5 packets could not be read');
    deepEqual(
      host.notes.map(({ text }) => text),
      ['3 DNS answers dropped, 1 packet could not be read', source.missed?.text],
    );
    deepEqual(
      host.gaps.map(({ lost, reason, scope }) => [lost, reason, scope]),
      [
        [3, 'overrun', 'names'],
        [2, 'overrun', 'names'],
      ],
    );
  });

  it('starts again after a failure, with a gap', async () => {
    const host = new Host();
    const source = await host.source();
    host.nowUs = 4_000;
    host.threads[0]?.break('out of memory');
    await until('a gap', () => host.gaps.length > 0);
    equal(host.threads.length, 2);
    deepEqual(host.said, ['out of memory']);
    deepEqual(host.ends(), [4_000, 9_000]);
    deepEqual(host.gaps, [
      { fromUs: 4_000, toUs: 4_000, cpu: undefined, lost: undefined, reason: 'tracer', scope: 'names' },
    ]);
    await source.stop();
  });

  it('is stopped while it waits to start again: the gap goes to the end', async () => {
    const host = new Host();
    const source = await host.source(60_000);
    host.threads[0]?.break('out of memory');
    await until('the failure', () => host.said.length > 0);
    host.nowUs = 5_000;
    await source.stop();
    equal(host.threads.length, 1);
    deepEqual(
      host.gaps.map(({ fromUs, toUs }) => [fromUs, toUs]),
      [[1_000, 5_000]],
    );
  });

  it('does not start again what was ended on purpose', async () => {
    const host = new Host();
    const source = await host.source();
    await source.pause();
    host.threads[0]?.break('it was terminated');
    await source.resume();
    equal(host.threads.length, 2);
    deepEqual(host.said, []);
    await source.stop();
    await source.resume();
    equal(host.threads.length, 2);
  });
});
