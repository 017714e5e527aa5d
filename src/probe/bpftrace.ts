import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { SstoryError } from '../model/error.js';
import { holdsAny } from '../sys/capabilities.js';
import { CLEAN_ENVIRONMENT, programPath } from '../sys/program.js';
import { DEBUGFS_TRACING } from './tracefs.js';

/** The command that runs bpftrace, by absolute path: `SSTORY_BPFTRACE='/usr/sbin/chroot /tree bpftrace'` is another one. */
function bpftraceCommand(): readonly string[] {
  const named = process.env['SSTORY_BPFTRACE'];
  if (named === undefined) return [programPath('bpftrace') ?? NOT_INSTALLED];
  const [file = '', ...args] = named.split(' ').filter(Boolean);
  return [file.includes('/') ? file : (programPath(file) ?? NOT_INSTALLED), ...args];
}

/** No program has this path. */
const NOT_INSTALLED = '/nonexistent';

/** `0.17.0`, or undefined where bpftrace cannot be run. */
export async function bpftraceVersion(): Promise<string | undefined> {
  const [file = NOT_INSTALLED, ...args] = bpftraceCommand();
  const result = await execa(file, [...args, '--version'], {
    reject: false,
    env: CLEAN_ENVIRONMENT,
    extendEnv: false,
  });
  return /v?(\d+\.\d+\.\d+)/.exec(result.stdout ?? '')?.[1];
}

/** 17 of `0.17.0`; Infinity from 1.0 on. */
export function minorVersion(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 0 ? minor : Number.POSITIVE_INFINITY;
}

/** Why this process may not run bpftrace; undefined where it may. Before 0.25 bpftrace itself refuses all users but root. */
export function refusedUser(version: string): string | undefined {
  const uid = process.geteuid?.() ?? 0;
  if (uid === 0) return undefined;
  if (minorVersion(version) < FOR_ALL_USERS) return `bpftrace ${version} runs only as root, this is uid ${uid}`;
  const able = (['CAP_BPF', 'CAP_PERFMON'] as const).every((name) => holdsAny(name, 'CAP_SYS_ADMIN'));
  return able ? undefined : `uid ${uid} has neither CAP_BPF and CAP_PERFMON nor CAP_SYS_ADMIN`;
}

const FOR_ALL_USERS = 25;
const STDERR_KEPT = 4_000;
const READY_WITHIN_MS = 60_000;
/** The interval of bpf/control.bt is 100 ms. */
const HEARTBEAT_WITHIN_MS = 700;
const SUSPENDED_WITHIN_MS = 1_000;

/** One running bpftrace. The kernel kills it when this process dies, however it dies (PR_SET_PDEATHSIG). */
export class Bpftrace {
  readonly pid: number;
  /** Resolves at its first heartbeat: everything is attached. Rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  private stderr = '';
  private readonly waiting: (() => void)[] = [];
  private readonly child: ReturnType<typeof spawn>;

  /** `onLine` receives every line of stdout and stderr except heartbeats. */
  constructor(program: string, ringPages: number, onLine: (line: string) => void) {
    this.child = spawn([...bpftraceCommand(), '-e', program], ringPages);
    const { pid, stdout, stderr } = this.child;
    if (pid === undefined || stdout === null || stderr === null) throw notStarted('setpriv could not be run');
    this.pid = pid;
    stderr.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString('latin1')).slice(-STDERR_KEPT);
    });
    createInterface({ input: stderr }).on('line', onLine);
    const lines = createInterface({ input: stdout });
    this.ended = this.child.then(() => undefined);
    this.ready = new Promise((resolve, reject) => {
      const timeout = setTimeout(() => reject(notStarted('no output for a minute')), READY_WITHIN_MS);
      lines.on('line', (line) => {
        if (line.startsWith('H ')) {
          clearTimeout(timeout);
          resolve();
          for (const waiting of this.waiting.splice(0)) waiting();
        } else {
          onLine(line);
        }
      });
      void this.ended.then(() => {
        clearTimeout(timeout);
        reject(notStarted(this.complaint()));
      });
    });
    this.ready.catch(() => undefined);
  }

  /** The first error line of its output. RLIMIT_MEMLOCK is a harmless complaint of old versions. */
  complaint(): string {
    const lines = this.stderr.split('\n').filter((line) => line.trim() !== '' && !line.includes('RLIMIT_MEMLOCK'));
    return lines.find((line) => line.includes('ERROR')) ?? lines[0] ?? 'it ended without a word';
  }

  /**
   * Waits until everything that was printed by now has arrived: its heartbeats come through the same buffers. Bounded, for
   * one that is stuck.
   */
  async caughtUp(): Promise<void> {
    for (let beat = 0; beat < 2; beat++) {
      await Promise.race([
        new Promise<void>((resolve) => this.waiting.push(resolve)),
        this.ended,
        delay(HEARTBEAT_WITHIN_MS),
      ]);
    }
  }

  /** Stops it until `resume`: it takes nothing out of its buffers. Its programs run on. */
  async suspend(): Promise<void> {
    this.child.kill('SIGSTOP');
    const deadline = performance.now() + SUSPENDED_WITHIN_MS;
    while (!/^\d+ \(.*\) [TZX]/s.test(this.stat()) && performance.now() < deadline) await delay(1);
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  private stat(): string {
    try {
      return readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    } catch {
      return '0 () X';
    }
  }

  /** Ends it at once. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Ends it at once, and waits until it is gone. */
  async end(): Promise<void> {
    this.kill();
    await this.ended;
  }

  /** Asks it to end, and waits; by force if it does not end by itself in a second. */
  async stop(): Promise<void> {
    this.child.kill('SIGINT', undefined);
    const force = setTimeout(() => this.child.kill('SIGKILL'), 1_000);
    await this.ended;
    clearTimeout(force);
  }
}

function spawn(command: readonly string[], ringPages: number) {
  return execa(programPath('setpriv') ?? NOT_INSTALLED, ['--pdeathsig', 'KILL', ...command], {
    reject: false,
    buffer: false,
    stdin: 'ignore',
    // A Ctrl-C reaches the whole group of a terminal: bpftrace must not end before its programs are taken over.
    detached: true,
    cleanup: true,
    env: { ...CLEAN_ENVIRONMENT, BPFTRACE_PERF_RB_PAGES: String(ringPages) },
    extendEnv: false,
  });
}

function notStarted(why: string): SstoryError {
  return new SstoryError('bpftrace-failed', `bpftrace did not start: ${why}`, {
    hint: `${remedyOf(why) ?? 'sstory doctor shows what is missing'}; --source diag works without BPF`,
  });
}

/** What bpftrace 0.14 (Ubuntu 22.04) needs and later ones do not, where its complaint is of that. */
export function remedyOf(complaint: string): string | undefined {
  if (complaint.includes("'linux/types.h' file not found"))
    return 'this bpftrace reads kernel headers: apt-get install linux-libc-dev';
  if (complaint.includes('tracepoint not found') && !existsSync(DEBUGFS_TRACING))
    return 'this bpftrace looks for tracepoints in debugfs: mount -t debugfs debugfs /sys/kernel/debug';
  if (/Unknown struct\/union|Unknown identifier: 'struct |for type: "none"/.test(complaint))
    return 'this bpftrace cannot read the types (BTF) of a kernel this new: a newer one can';
  return undefined;
}
