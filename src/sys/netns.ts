/** Network namespaces: which there are, and doing something inside one. */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { SstoryError } from '../model/error.js';
import { holdsAny } from './capabilities.js';
import { bootTimeUs } from './clock.js';
import { describeErrno, errno, libc } from './libc.js';
import { isInitialPidNamespace } from './process-life.js';

const CLONE_NEWNET = 0x40000000;
const OWN = '/proc/self/ns/net';

const setns = libc.func('int setns(int, int)');

export interface NetnsPath {
  /** Inode number: what `readlink /proc/PID/ns/net` shows. */
  readonly netns: number;
  /** A file that refers to it, as long as its process lives or it is bound there. */
  readonly path: string;
  /** As `ip netns` names it; undefined: it has no name. */
  readonly name?: string | undefined;
}

/** The network namespace of this process. */
export function ownNetns(): number {
  return statSync(OWN).ino;
}

/**
 * Whether /proc shows the namespaces of all processes of the host: not in a container, and not without CAP_SYS_PTRACE, to read the links of
 * other processes, and CAP_SYS_ADMIN, to enter their namespaces.
 */
export function seesAllProcesses(): boolean {
  if (!isInitialPidNamespace()) return false;
  return holdsAny('CAP_SYS_PTRACE') && holdsAny('CAP_SYS_ADMIN');
}

/**
 * Every network namespace that somebody uses, each once: this process's, those in which a process lives that may be
 * looked at, and those that are bound to a file (`ip netns add`, container runtimes). One that only an open descriptor
 * or a thread other than its process's first holds is not found.
 */
export function listNetns(): NetnsPath[] {
  const bound = boundNow();
  const found = new Map<number, string>([[ownNetns(), OWN]]);
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const netns = netnsOfProcess(pid);
    if (netns !== undefined && !found.has(netns)) found.set(netns, `/proc/${pid}/ns/net`);
  }
  for (const { netns, path } of bound) if (!found.has(netns)) found.set(netns, path);
  const names = namesOf(bound);
  return [...found].map(([netns, path]) => ({ netns, path, name: names.get(netns) }));
}

/** A file that refers to the network namespace with that inode number now; undefined: none is found. */
export function netnsPathOfInode(inode: number): string | undefined {
  return inode === ownNetns() ? OWN : listNetns().find(({ netns }) => netns === inode)?.path;
}

/** The network namespace of this process, as `listNetns` has it. */
export function ownPlace(): NetnsPath {
  const netns = ownNetns();
  return { netns, path: OWN, name: netnsNames().get(netns) };
}

/** The names that `ip netns` has for namespaces, by inode number. */
export function netnsNames(): ReadonlyMap<number, string> {
  return namesOf(boundNow());
}

function boundNow(): NetnsPath[] {
  return boundNetns(readFileSync('/proc/self/mountinfo', 'utf8'));
}

function namesOf(bound: readonly NetnsPath[]): ReadonlyMap<number, string> {
  return new Map(bound.flatMap(({ netns, name }) => (name === undefined ? [] : [[netns, name] as const])));
}

/** How long a list of namespaces is believed while processes and mounts stay the same, milliseconds: one may unshare its own. */
const LIST_GOOD_FOR_MS = 10_000;

/** Differs where a process or thread has come or gone: how many there are, and the last pid that was given away (proc_loadavg(5)). */
function threadsNow(): string {
  return readFileSync('/proc/loadavg', 'utf8').split('/')[1] ?? '';
}

/**
 * The same list, asked for again and again: /proc is gone through only where a process or a mount has come or gone since the
 * last look or the one before (a process that was just started may still be on its way into its namespace), or after a while.
 */
export class NetnsWatch {
  private places: NetnsPath[] = [];
  private seen = '';
  private threads = '';
  private processes = '';
  private quiet = 0;
  private listedMs = Number.NEGATIVE_INFINITY;
  /** When the list was made, boot time: what came since is not in it. */
  listedBootUs = Number.NEGATIVE_INFINITY;

  /** The next list is a new one. */
  forget(): void {
    this.listedMs = Number.NEGATIVE_INFINITY;
  }

  list(nowMs: number): readonly NetnsPath[] {
    const threads = threadsNow();
    if (threads !== this.threads) this.processes = readdirSync('/proc').join(' ');
    this.threads = threads;
    const seen = `${this.processes}\n${readFileSync('/proc/self/mountinfo', 'utf8')}`;
    this.quiet = seen === this.seen ? this.quiet + 1 : 0;
    this.seen = seen;
    if (this.quiet >= 2 && nowMs - this.listedMs < LIST_GOOD_FOR_MS) return this.places;
    this.listedMs = nowMs;
    this.listedBootUs = bootTimeUs();
    this.places = listNetns();
    return this.places;
  }
}

/** Where `ip netns add` binds them (ip-netns(8)). */
const NAMED = /^(?:\/var)?\/run\/netns\/([^/]+)$/;

/** The namespaces bound to files, by the text of /proc/PID/mountinfo (proc(5)): its root is `net:[INODE]`. */
export function boundNetns(mountinfo: string): NetnsPath[] {
  return [...mountinfo.matchAll(/^\S+ \S+ \S+ net:\[(\d+)\] (\S+) /gm)].map(([, inode, mountPoint = '']) => {
    const path = unescaped(mountPoint);
    return { netns: Number(inode), path, name: NAMED.exec(path)?.[1] };
  });
}

/** proc(5) writes blanks and backslashes as octal numbers: bytes of UTF-8. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * Runs `work` with this thread inside another network namespace, synchronously, and comes back. A socket that `work`
 * opens stays in there. Where the thread is in it already, nothing is entered and no permission is needed.
 * @param expected its inode number: between being listed and being entered, a process's files can become another's.
 * @throws SstoryError `netns` where it cannot be entered; else what `work` throws
 */
export function insideNetns<T>(path: string, work: () => T, expected?: number): T {
  const there = openNetns(path);
  try {
    const { ino } = fstatSync(there);
    if (expected !== undefined && ino !== expected) throw noEntry(path, `it is net:[${expected}] no more`);
    const home = openSync('/proc/thread-self/ns/net', 'r');
    try {
      return fstatSync(home).ino === ino ? work() : awayFrom(home, there, path, work);
    } finally {
      closeSync(home);
    }
  } finally {
    closeSync(there);
  }
}

function awayFrom<T>(home: number, there: number, path: string, work: () => T): T {
  if (setns(there, CLONE_NEWNET) !== 0) throw noEntry(path, describeErrno(errno()));
  try {
    return work();
  } finally {
    comeBack(home);
  }
}

/** Where this fails, everything the thread does next would be done in the wrong namespace. */
function comeBack(home: number): void {
  if (setns(home, CLONE_NEWNET) !== 0) throw new Error(`coming back from a namespace: ${describeErrno(errno())}`);
}

function openNetns(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw noEntry(path, error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
}

function noEntry(path: string, why: string): SstoryError {
  return new SstoryError('netns', `the network namespace ${path} cannot be entered: ${why}`, {
    hint: 'other namespaces need root (CAP_SYS_ADMIN)',
  });
}

/** The network namespace in which a process lives, undefined where it is gone or may not be looked at. */
export function netnsOfProcess(pid: number | string): number | undefined {
  try {
    return Number(/\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[1]) || undefined;
  } catch {
    return undefined;
  }
}
