import { deepEqual, equal, match } from 'node:assert/strict';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { openProbe, type Probe } from '../../src/probe/probe.js';
import { onlineList } from '../../src/sys/cpus.js';
import { CHURN } from '../lab/churn.js';
import { Netns } from '../lab/netns.js';
import { atLeast } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { withRefused } from '../lab/refusing.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { Listener } from './probe-listener.js';

const PROBE = new URL('../../src/probe/probe.js', import.meta.url).href;
const MAIN = new URL('../../src/cli/main.js', import.meta.url).href;
/** Numbers of the system call, the same on every architecture. */
const PIDFD_GETFD = 438;
const EPERM = 1;
const ENOSYS = 38;

const CPU1 = '/sys/devices/system/cpu/cpu1/online';

function setCpu1(online: boolean): void {
  writeFileSync(CPU1, online ? '1' : '0');
}

describe('taking bpftrace over', () => {
  const stage = new Stage();
  let netns: Netns;
  before(async function () {
    requireBpf(this);
    netns = stage.use(await Netns.create());
  });
  after(() => stage[Symbol.asyncDispose]());

  const start = (transport: string) => `
    const { openProbe } = await import(${JSON.stringify(PROBE)});
    const probe = openProbe({ transport: '${transport}' });
    const said = await probe.ready.then(({ transport, notes }) => ({ transport, notes }), ({ code, message }) => ({ code, message }));
    await probe.stop();
    console.log(JSON.stringify(said));`;

  it('falls back to text where the kernel refuses it, and says why', async () => {
    const said = JSON.parse(await withRefused(PIDFD_GETFD, EPERM, start('auto'))) as {
      transport: string;
      notes: { text: string }[];
    };
    equal(said.transport, 'text');
    match(said.notes.map(({ text }) => text).join('\n'), /pidfd_getfd\(2\) is refused: it needs CAP_SYS_PTRACE/);
  });

  it('fails there if the rings are asked for', async () => {
    const said = JSON.parse(await withRefused(PIDFD_GETFD, ENOSYS, start('ring'))) as Record<string, string>;
    equal(said['code'], 'no-take-over');
    match(said['message'] ?? '', /this kernel has no pidfd_getfd\(2\) \(Linux 5\.6\)/);
  });

  it('is checked by doctor, which names the cause and the way out', async () => {
    const script = `process.argv.splice(1, 1, 'sstory', 'doctor'); await import(${JSON.stringify(MAIN)});`;
    match(await withRefused(PIDFD_GETFD, EPERM, script), /ring transport.*pidfd_getfd\(2\) is refused/);
  });

  describe('on a host whose CPUs come and go', () => {
    before(function () {
      try {
        accessSync(CPU1, constants.W_OK);
        equal(onlineList().includes('1'), true);
      } catch {
        console.log('skipped: no second CPU that can be taken offline (needs root and CPU hotplug)');
        this.skip();
      }
    });
    afterEach(() => setCpu1(true));

    /** Connections of a CPU, until all of them are reported: its events may be lost at first. */
    async function untilReported(probe: Probe, listener: Listener, cpu: number): Promise<void> {
      await until(`all events of CPU ${cpu}`, async () => {
        const before = listener.connects;
        await netns.run('taskset', '-c', String(cpu), CHURN, '10', '0', '2');
        await probe.flush();
        return listener.connects - before >= 10;
      });
    }

    it('receives the events of a CPU that comes online later, and reports a gap until then', async function () {
      this.timeout(60_000);
      setCpu1(false);
      const probe = openProbe({ transport: 'ring' });
      const listener = new Listener(probe, netns.inode);
      try {
        const { ringBytes, bpftraceVersion } = await probe.ready;
        atLeast(ringBytes ?? 0, 262_144, 'bytes of a ring');
        setCpu1(true);
        await untilReported(probe, listener, 1);
        const before = listener.connects;
        await netns.run('taskset', '-c', '0', CHURN, '10', '0', '2');
        // Without a flush: they are delivered in their turn after the hand-over too.
        await until('the events of CPU 0', () => listener.connects - before >= 10);
        // A ring buffer that all CPUs share needs nothing.
        const shared = Number(bpftraceVersion.split('.')[1]) >= 18;
        equal(listener.tracerLosses.length > 0, !shared, JSON.stringify(listener.losses));
        const perSocket = new Map<string, number>();
        for (const event of listener.events) {
          if (event.kind !== 'transition' || event.newState !== 'SYN-SENT') continue;
          const key = `${event.skaddr} ${event.bootUs}`;
          perSocket.set(key, (perSocket.get(key) ?? 0) + 1);
        }
        deepEqual(
          [...perSocket.values()].filter((count) => count > 1),
          [],
        );
      } finally {
        await probe.stop();
      }
    });

    it('receives the events of a CPU that went offline and came back', async function () {
      this.timeout(60_000);
      const probe = openProbe({ transport: 'ring' });
      const listener = new Listener(probe, netns.inode);
      try {
        await probe.ready;
        setCpu1(false);
        await netns.run(CHURN, '10', '0', '2');
        await probe.flush();
        equal(listener.connects, 10);
        setCpu1(true);
        await untilReported(probe, listener, 1);
      } finally {
        await probe.stop();
      }
    });
  });
});
