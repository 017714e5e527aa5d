import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { RunRecord, readRuns } from '../../src/store/runs.js';
import { LAB_RUN } from '../lab/history.js';
import { requireBpf, requireDns } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import type { Incident } from './incidents/incident.js';
import { INCIDENTS } from './incidents/incidents.js';

const HOUR_US = 3_600_000_000;

interface Found {
  readonly kind: string;
  readonly text: string;
}

describe('the six incidents', () => {
  const stage = new Stage();
  let path: string;
  const made = new Map<string, { readonly incident: Incident; readonly live: readonly Found[] }>();

  before(async function () {
    requireBpf(this);
    requireDns(this);
    this.timeout(120_000);
    const directory = await stage.directory();
    path = join(directory, 'incidents.db');
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
    const recorded = (sql: string) => query(path, sql).length > 0;
    await Promise.all(
      INCIDENTS.map(async ({ name, begin }) => {
        const incident = await begin(stage, directory, recorded);
        await until(`${name} to last`, () => recorded(incident.lasts));
        made.set(name, { incident, live: await found(incident) });
        await incident.end();
      }),
    );
    const open = `SELECT 1 FROM connections WHERE state NOT IN ('UNCONN', 'TIME-WAIT', 'FIN-WAIT-2')
      AND netns IN (${[...made.values()].map(({ incident }) => incident.netns.inode).join(', ')}) AND local_port <> 53`;
    await until('all to be over', () => query(path, open).length === 0);
    await recorder.stop();
    recordAnHourLater();
  });
  after(() => stage[Symbol.asyncDispose]());

  /** A recorder that ran an hour later: its history goes on after the incidents. */
  function recordAnHourLater(): void {
    const reading = openForReading(path);
    const [last] = readRuns(reading).slice(-1);
    reading.close();
    if (last === undefined) throw new Error('no run was recorded');
    const database = openForWriting(path);
    const startedUs = (last.endedUs ?? last.lastUs) + HOUR_US;
    new RunRecord(database, { ...LAB_RUN, bootId: last.bootId, startedUs }).end(startedUs + 10_000_000, 'clean');
    database.close();
  }

  async function found({ netns }: Incident, ...words: string[]): Promise<Found[]> {
    const { stdout, stderr, exitCode } = await sstory(
      'explain',
      '--all',
      ...words,
      '-N',
      netns.name,
      '--json',
      '--db',
      path,
    );
    equal(exitCode, 0, stderr);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { kind, sentences } = JSON.parse(line) as { kind: string; sentences: { text: string }[] };
        return { kind, text: sentences.map(({ text }) => text).join('\n') };
      });
  }

  function explains({ kinds, cause }: Incident, all: readonly Found[]): void {
    const listed = all.map(({ kind, text }) => `${kind}: ${text}`).join('\n');
    ok(kinds.includes(all[0]?.kind ?? ''), listed);
    deepEqual(
      all.map(({ kind }) => kind).filter((kind) => !kinds.includes(kind)),
      [],
      listed,
    );
    for (const each of cause) match(all.map(({ text }) => text).join('\n'), each);
  }

  for (const { name } of INCIDENTS) {
    const incidentOf = () => {
      const known = made.get(name);
      if (known === undefined) throw new Error(`${name} was not made`);
      return known;
    };
    it(`${name}, while it happens`, () => {
      const { incident, live } = incidentOf();
      explains(incident, live);
    });
    it(`${name}, an hour later`, async () => {
      const { incident } = incidentOf();
      explains(incident, await found(incident));
      explains(incident, await found(incident, '--since', '-2h', '--until', 'now'));
    });
  }
});
