import { deepEqual, equal, rejects } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';
import { openProbe } from '../../src/probe/probe.js';
import { bpfIdsOf, openById } from '../../src/sys/bpf.js';
import { bootTimeUs } from '../../src/sys/clock.js';
import { closeDescriptor } from '../../src/sys/libc.js';
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
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Whether a bpftrace was given a program, and is not only asked for its version. */
function loads(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('interval:');
  } catch {
    return false;
  }
}

function lives(pid: number): boolean {
  return readdirSync('/proc').includes(String(pid));
}

/** Whether a BPF map or program is still there, in whatever process. */
function objectLives({ id, kind }: BpfObject): boolean {
  const fd = openById(id, kind);
  if (fd !== undefined) closeDescriptor(fd);
  return fd !== undefined;
}

interface BpfObject {
  readonly id: number;
  readonly kind: 'map' | 'prog';
}

/** What a process holds, nothing where it has ended. */
function objectsOf(pid: number): BpfObject[] {
  try {
    return (['map', 'prog'] as const).flatMap((kind) => bpfIdsOf(pid, kind).map((id) => ({ id, kind })));
  } catch {
    return [];
  }
}

function isProgram({ kind }: BpfObject): boolean {
  return kind === 'prog';
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

  it('has no bpftrace any more once it is ready', async () => {
    const probe = openProbe({ transport: 'ring' });
    try {
      await probe.ready;
      deepEqual(tracersOf(process.pid), []);
    } finally {
      await probe.stop();
    }
    deepEqual(objectsOf(process.pid), []);
  });

  it('by text goes on after bpftrace was killed, and reports the time without it', async () => {
    const probe = openProbe({ transport: 'text' });
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

  it('by text reports the loss as it grows while bpftrace cannot be started, and can be ended then', async () => {
    const probe = openProbe({ transport: 'text' });
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
      equal(probe.backlog.behindUs < 1_000_000, true);
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

  it('detaches its programs when it is killed', async () => {
    const child = startInChild();
    await child.ready;
    const objects = objectsOf(child.pid);
    atLeast(objects.length, 2, 'maps and programs');
    deepEqual(tracersOf(child.pid), []);
    await child.kill();
    await until('its maps and programs to go', () => !objects.some(objectLives));
  });

  it('leaves nothing behind when it is killed at any time of its start', async function () {
    this.timeout(120_000);
    for (const stage of STAGES_OF_START) {
      const child = startInChild();
      await until(stage.name, () => child.isReady() || stage.reached(child.pid));
      const tracers = tracersOf(child.pid);
      const objects = [child.pid, ...tracers].flatMap(objectsOf);
      await child.kill();
      await until(`bpftrace to end, killed at ${stage.name}`, () => !tracers.some(lives));
      await until(`maps and programs to go, killed at ${stage.name}`, () => !objects.some(objectLives));
    }
  });
});

/** Moments in which a start may be interrupted: each is seen from outside. */
const STAGES_OF_START: readonly { readonly name: string; readonly reached: (pid: number) => boolean }[] = [
  { name: 'bpftrace being asked for its version', reached: (pid) => tracersOf(pid).length > 0 },
  { name: 'bpftrace compiling', reached: (pid) => tracersOf(pid).some(loads) },
  { name: 'its first map', reached: (pid) => tracersOf(pid).some((tracer) => objectsOf(tracer).length > 0) },
  {
    name: 'its programs',
    reached: (pid) => tracersOf(pid).some((tracer) => objectsOf(tracer).filter(isProgram).length > 5),
  },
  { name: 'the first object taken over', reached: (pid) => objectsOf(pid).length > 0 },
  { name: 'bpftrace gone', reached: (pid) => objectsOf(pid).length > 0 && tracersOf(pid).length === 0 },
];

interface ProbeInChild {
  readonly pid: number;
  readonly ready: Promise<void>;
  isReady(): boolean;
  kill(): Promise<void>;
}

/** Opens a probe in a process of its own. */
function startInChild(): ProbeInChild {
  const script = `
    const { openProbe } = await import(${JSON.stringify(PROBE)});
    await openProbe({ transport: 'ring' }).ready;
    process.stdout.write('ready');
    setInterval(() => undefined, 1000);`;
  const child = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
  let isReady = false;
  const said = new Promise<void>((resolve) => {
    child.stdout.once('data', () => {
      isReady = true;
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    ready: Promise.race([said, child.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))]),
    isReady: () => isReady,
    kill: async () => {
      child.kill('SIGKILL');
      await child;
    },
  };
}
