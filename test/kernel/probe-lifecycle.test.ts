import { deepEqual, equal, rejects } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';
import { openProbe } from '../../src/probe/probe.js';
import { BpfMap, bpfIdsOf } from '../../src/sys/bpf.js';
import { bootTimeUs } from '../../src/sys/clock.js';
import { CHURN } from '../lab/churn.js';
import { Netns } from '../lab/netns.js';
import { atLeast, atMost } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { Listener } from './probe-listener.js';

const PROBE = new URL('../../src/probe/probe.js', import.meta.url).href;
const LONG_MS = 600_000;

/** bpftrace processes that are children of `pid`. */
function tracersOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** Whether a bpftrace was given a program, and is not only asked for its version. */
function loads(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('interval:');
}

function lives(pid: number): boolean {
  return readdirSync('/proc').includes(String(pid));
}

function mapLives(id: number): boolean {
  const map = BpfMap.open(id);
  map?.close();
  return map !== undefined;
}

/** Ends the bpftrace of this process as an administrator in a hurry would. */
function killTracer(): void {
  const [tracer = 0] = tracersOf(process.pid);
  process.kill(tracer, 'SIGKILL');
}

describe('the life of a probe', () => {
  const stage = new Stage();
  let netns: Netns;
  before(async function () {
    requireBpf(this);
    netns = stage.use(await Netns.create());
  });
  after(() => stage[Symbol.asyncDispose]());

  it('goes on after bpftrace was killed, and reports the time without it', async () => {
    const probe = openProbe();
    const listener = new Listener(probe, netns.inode);
    try {
      await probe.ready;
      killTracer();
      await until('bpftrace to be back', () => listener.tracerLosses.length > 0 && tracersOf(process.pid).length === 1);
      await netns.run(CHURN, '10', '0', '2');
    } finally {
      await probe.stop();
    }
    for (const loss of listener.tracerLosses) {
      equal(loss.lost, undefined);
      atMost(loss.fromBootUs, loss.toBootUs - 1, 'fromBootUs');
    }
    equal(listener.connects, 10);
  });

  it('has everything that bpftrace saw before it was killed', async () => {
    const probe = openProbe({ drainEveryMs: LONG_MS });
    const listener = new Listener(probe, netns.inode);
    try {
      await probe.ready;
      await netns.run(CHURN, '10', '0', '2');
      equal(listener.connects, 0);
      killTracer();
      await until('what was in its map', () => listener.connects === 10);
      equal(listener.lost, 0);
    } finally {
      await probe.stop();
    }
  });

  it('reports the loss as it grows while bpftrace cannot be started, and can be ended then', async () => {
    const probe = openProbe();
    const listener = new Listener(probe, netns.inode);
    const command = process.env['SSTORY_BPFTRACE'];
    try {
      await probe.ready;
      process.env['SSTORY_BPFTRACE'] = '/nonexistent/bpftrace';
      killTracer();
      const killedUs = bootTimeUs();
      await until('two parts of the loss', () => listener.tracerLosses.length >= 2);
      atLeast(listener.throughBootUs, killedUs + 1, 'throughBootUs');
    } finally {
      await probe.stop();
      if (command === undefined) delete process.env['SSTORY_BPFTRACE'];
      else process.env['SSTORY_BPFTRACE'] = command;
    }
    listener.tracerLosses.reduce((before, after) => {
      equal(after.fromBootUs, before.toBootUs);
      return after;
    });
  });

  it('can be ended before it is ready', async () => {
    const probe = openProbe();
    await until('bpftrace to load its program', () => tracersOf(process.pid).some(loads));
    await probe.stop();
    await rejects(probe.ready, { code: 'stopped' });
    deepEqual(tracersOf(process.pid), []);
  });

  it('ends once when stopped twice, and does not drain after that', async () => {
    const probe = openProbe();
    await probe.ready;
    await Promise.all([probe.stop(), probe.stop()]);
    await probe.flush();
    deepEqual(tracersOf(process.pid), []);
  });

  it('emits what has happened when it is flushed', async () => {
    const probe = openProbe({ drainEveryMs: LONG_MS });
    const listener = new Listener(probe, netns.inode);
    try {
      await probe.ready;
      await netns.run(CHURN, '10', '0', '2');
      const nowUs = bootTimeUs();
      await probe.flush();
      equal(listener.connects, 10);
      atLeast(listener.throughBootUs, nowUs, 'throughBootUs');
      atLeast(probe.lastPass.events, 10, 'events of the last pass');
      equal(probe.lastPass.backlog, 0);
    } finally {
      await probe.stop();
    }
  });

  it('keeps what was drained before there was a subscriber: nothing is missed from when it is ready', async () => {
    const probe = openProbe({ drainEveryMs: LONG_MS });
    try {
      await probe.ready;
      await netns.run(CHURN, '10', '0', '2');
      await probe.flush();
      const listener = new Listener(probe, netns.inode);
      equal(listener.connects, 10);
      await netns.run(CHURN, '10', '0', '2');
      await probe.flush();
      equal(listener.connects, 20);
    } finally {
      await probe.stop();
    }
  });

  it('takes bpftrace and its maps down when it is killed', async () => {
    const script = `
      const { openProbe } = await import(${JSON.stringify(PROBE)});
      await openProbe().ready;
      process.stdout.write('ready');
      setInterval(() => undefined, 1000);`;
    const child = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
    const said = await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), child]);
    equal(String(said), 'ready');
    const tracers = tracersOf(child.pid ?? 0);
    equal(tracers.length, 1);
    const maps = tracers.flatMap((tracer) => bpfIdsOf(tracer, 'map'));
    atLeast(maps.length, 1, 'maps');
    deepEqual(maps.filter(mapLives), maps);
    child.kill('SIGKILL');
    await child;
    await until('bpftrace to end', () => !tracers.some(lives));
    await until('its maps to go', () => !maps.some(mapLives));
  });
});
