import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { wallOffsetUs } from '../../src/sys/clock.js';
import { CHURN } from '../lab/churn.js';
import { KernelTrace } from '../lab/kernel-trace.js';
import { requireBpf } from '../lab/privileges.js';
import { query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

/** Two programs on one tracepoint, and two readings of the clocks. */
const TOLERANCE_US = 1_000;

interface Span {
  readonly from_us: number;
  readonly to_us: number;
}

/** A connection that was established, at a time. */
interface Established {
  readonly ports: string;
  readonly atUs: number;
}

describe('a recording that is interrupted', () => {
  const stage = new Stage();
  before(function () {
    requireBpf(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('has everything that happened outside its gaps, after Ctrl-C and after SIGKILL', async function () {
    this.timeout(120_000);
    const path = join(await stage.directory(), 'interrupted.db');
    const netns = await stage.netns();
    const trace = stage.use(await KernelTrace.start());
    const churn = execa(...netns.inside(CHURN, '1000000', '400'), { reject: false });
    const recorded = () =>
      query<{ ports: string }>(
        path,
        `SELECT c.local_port || ' > ' || c.remote_port AS ports
         FROM connections c JOIN transitions t ON t.connection_id = c.id
         WHERE c.netns = ${netns.inode} AND t.old_state = 'SYN-SENT' AND t.new_state = 'ESTAB'`,
      );
    const start = async () => {
      const before = existsSync(path) ? recorded().length : 0;
      const recorder = stage.use(await Recorder.start(path, '--source', 'bpf'));
      await until('it to have recorded', () => recorded().length >= before + 200);
      return recorder;
    };
    await (await start()).stop();
    await (await start()).kill();
    await (await start()).stop();
    churn.kill();
    await churn;
    await trace.settle();

    const offsetUs = wallOffsetUs();
    const [span] = query<Span>(path, 'SELECT min(started_us) AS from_us, max(last_us) AS to_us FROM runs');
    ok(span !== undefined);
    const established = trace
      .changesOf(netns.inode)
      .filter(({ from, to }) => from === 'SYN-SENT' && to === 'ESTAB')
      .map(({ nsecs, localPort, remotePort }): Established => {
        return { ports: `${localPort} > ${remotePort}`, atUs: Number(nsecs) / 1000 + offsetUs };
      })
      .filter(({ atUs }) => atUs > span.from_us + TOLERANCE_US && atUs < span.to_us - TOLERANCE_US);
    const known = new Set(recorded().map(({ ports }) => ports));
    const missing = established.filter(({ ports }) => !known.has(ports));
    const gaps = query<Span>(path, "SELECT from_us, to_us FROM gaps WHERE reason = 'tracer' ORDER BY from_us");
    const within = (gap: Span) => missing.filter((each) => isWithin(each, gap)).length;
    deepEqual(
      gaps.map((gap) => within(gap) > 0),
      [true, true],
    );
    const skipped = query<Span>(path, "SELECT from_us, to_us FROM gaps WHERE reason <> 'tracer'");
    const hidden = missing.filter((each) => ![...gaps, ...skipped].some((gap) => isWithin(each, gap)));
    equal(hidden.length, 0, `${hidden.length} of ${established.length} are neither recorded nor in a gap`);
  });
});

function isWithin({ atUs }: Established, { from_us, to_us }: Span): boolean {
  return atUs >= from_us - TOLERANCE_US && atUs <= to_us + TOLERANCE_US;
}
