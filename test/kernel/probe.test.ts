import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Loss, ProbeEvent } from '../../src/model/probe-event.js';
import { openProbe, type Probe } from '../../src/probe/index.js';
import { Netns, requireBpf, Stage, until } from '../lab/index.js';

const CHURN = fileURLToPath(new URL('../../churn', import.meta.url));

/** Collects what a probe says about one network namespace. */
class Listener {
  readonly events: ProbeEvent[] = [];
  readonly losses: Loss[] = [];
  total = 0;

  constructor(probe: Probe, netns: number) {
    probe.batches$.subscribe((batch) => {
      this.total += batch.events.length;
      this.losses.push(...batch.losses);
      for (const event of batch.events) if (event.netns === netns) this.events.push(event);
    });
  }

  get lost(): number {
    return this.losses.reduce((sum, loss) => sum + (loss.lost ?? 0), 0);
  }
}

/** How often each transition happened: `SYN-SENT ESTAB` -> count. */
function transitionCounts(events: readonly ProbeEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    if (event.kind !== 'transition') continue;
    const name = `${event.oldState} ${event.newState}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** bpftrace processes that are children of `pid`. */
function tracersOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function lives(pid: number): boolean {
  return readdirSync('/proc').includes(String(pid));
}

describe('the probe', () => {
  const stage = new Stage();
  before(function () {
    requireBpf(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const transport of ['map', 'text'] as const) {
    it(`reports every transition of 500 connections by ${transport}`, async () => {
      const netns = stage.use(await Netns.create());
      const probe = openProbe({ transport });
      const listener = new Listener(probe, netns.inode);
      try {
        equal((await probe.ready).transport, transport);
        await netns.run(CHURN, '500', '2000', '4');
      } finally {
        await probe.stop();
      }
      deepEqual(transitionCounts(listener.events), {
        'UNCONN LISTEN': 4,
        'LISTEN UNCONN': 4,
        'UNCONN SYN-SENT': 500,
        'SYN-SENT ESTAB': 500,
        'LISTEN SYN-RECV': 500,
        'SYN-RECV ESTAB': 500,
        'ESTAB FIN-WAIT-1': 500,
        'FIN-WAIT-1 FIN-WAIT-2': 500,
        'FIN-WAIT-2 UNCONN': 500,
        'ESTAB CLOSE-WAIT': 500,
        'CLOSE-WAIT LAST-ACK': 500,
        'LAST-ACK UNCONN': 500,
      });
      const accepts = listener.events.filter((event) => event.kind === 'accept');
      equal(accepts.length, 500);
      ok(accepts.every((event) => event.task.comm === 'churn' && event.fd > 2 && event.inode > 0));
    });
  }

  it('knows exactly how much it lost when the map was too small', async () => {
    const netns = stage.use(await Netns.create());
    const probe = openProbe({ mapEntries: 512, drainEveryMs: 300 });
    const listener = new Listener(probe, netns.inode);
    try {
      await probe.ready;
      await netns.run(CHURN, '3000');
    } finally {
      await probe.stop();
    }
    const made = 3_000 * 11 + 2 * 16;
    ok(listener.lost > 0, 'the map was meant to be too small');
    const foreign = listener.total - listener.events.length;
    // Whatever else connects on this host meanwhile is lost and told as well.
    if (foreign === 0) equal(listener.lost, made - listener.events.length);
    else ok(listener.lost >= made - listener.events.length);
    for (const loss of listener.losses) ok(loss.fromBootUs <= loss.toBootUs);
  });

  it('restarts a bpftrace that was killed, and tells the hole', async () => {
    const netns = stage.use(await Netns.create());
    const probe = openProbe();
    const listener = new Listener(probe, netns.inode);
    try {
      await probe.ready;
      const [tracer = 0] = tracersOf(process.pid);
      process.kill(tracer, 'SIGKILL');
      await until('a gap of reason tracer', () => listener.losses.find((loss) => loss.reason === 'tracer'));
      await netns.run(CHURN, '10', '0', '2');
    } finally {
      await probe.stop();
    }
    const hole = listener.losses.find((loss) => loss.reason === 'tracer');
    equal(hole?.lost, undefined);
    ok((hole?.fromBootUs ?? 0) < (hole?.toBootUs ?? 0));
    equal(transitionCounts(listener.events)['UNCONN SYN-SENT'], 10);
  });

  it('takes bpftrace down with it, also when it is killed', async () => {
    const script = `
      const { openProbe } = await import(${JSON.stringify(new URL('../../src/probe/index.js', import.meta.url).href)});
      await openProbe().ready;
      process.stdout.write('ready');
      setInterval(() => undefined, 1000);`;
    const child = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const tracers = tracersOf(child.pid ?? 0);
    equal(tracers.length, 1);
    child.kill('SIGKILL');
    await child;
    await until('bpftrace to end', () => !tracers.some(lives));
  });
});
