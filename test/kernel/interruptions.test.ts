import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { wallOffsetUs } from '../../src/sys/clock.js';
import { CHURN } from '../lab/churn.js';
import { KernelTrace } from '../lab/kernel-trace.js';
import { atLeast } from '../lab/number-assertions.js';
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

/** A period in which the probe lost so many events: in a full map, or because the kernel skipped them. */
interface Loss extends Span {
  readonly lost: number;
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
    equal(gaps.length, 2);
    for (const gap of gaps) {
      atLeast(missing.filter((each) => isWithin(each, gap)).length, 1, 'connections missing while nothing recorded');
    }
    const outside = missing.filter((each) => !gaps.some((gap) => isWithin(each, gap)));
    const losses = query<Loss>(
      path,
      `SELECT from_us, to_us, coalesce(lost, 1) AS lost FROM gaps
       WHERE reason IN ('overrun', 'continuity') ORDER BY to_us`,
    );
    deepEqual(unexplained(outside, losses), [], `of ${established.length} connections, not recorded and in no gap`);
  });
});

/**
 * The connections that no loss explains. Each lost event explains one of them at most: one that was established while the
 * events were lost. Losses are in the order of their ends, so that each connection uses up the one that ends first.
 */
function unexplained(missing: readonly Established[], losses: readonly Loss[]): Established[] {
  const left = losses.map((loss) => loss.lost);
  return missing
    .toSorted((a, b) => a.atUs - b.atUs)
    .filter((each) => {
      const index = losses.findIndex((loss, at) => (left[at] ?? 0) > 0 && isWithin(each, loss));
      if (index >= 0) left[index] = (left[index] ?? 0) - 1;
      return index < 0;
    });
}

function isWithin({ atUs }: Established, { from_us, to_us }: Span): boolean {
  return atUs >= from_us - TOLERANCE_US && atUs <= to_us + TOLERANCE_US;
}
