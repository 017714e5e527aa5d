/** Gives up what a process does not need: credentials(7), capabilities(7). */
import { readFileSync } from 'node:fs';
import { describeErrno, errno, libc } from './libc.js';

/** linux/prctl.h */
const PR_SET_KEEPCAPS = 8;
const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;
/** linux/capability.h: struct __user_cap_header_struct, and two of __user_cap_data_struct (effective, permitted, inheritable). */
const CAPABILITY_VERSION_3 = 0x20080522;
const DATA_WORDS = 6;
const CAP_DAC_READ_SEARCH = 2;
const MOST_CAPABILITIES = 64;

const prctl = libc.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
const capset = libc.func('int capset(void *, void *)');
const execv = libc.func('int execv(const char *, const char **)');
const fcntl = libc.func('int fcntl(int, int, ...)');
/** asm-generic/fcntl.h */
const F_SETFD = 2;
const STANDARD_STREAMS = [0, 1, 2];

/** Who a process is to be. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** It keeps CAP_DAC_READ_SEARCH: it may read every file. */
  readonly readsAll: boolean;
}

/** Whether this process is more than its user: it holds capabilities. */
export function holdsCapabilities(): boolean {
  const held = /^CapPrm:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return BigInt(`0x${held}`) !== 0n;
}

/**
 * Makes this process another one: with that identity, without capabilities, and unable to gain any (no_new_privs). It goes on as `path`:
 * capabilities are those of a thread, and an exec ends all threads but the one that gave them up. Does not return.
 * @throws Error where a step fails
 */
export function becomeProgram({ uid, gid, readsAll }: Identity, path: string, words: readonly string[]): never {
  prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
  // Those that the kernel does not have fail; without CAP_SETPCAP all do, and there is less to drop.
  for (let capability = 0; capability < MOST_CAPABILITIES; capability++) {
    if (!readsAll || capability !== CAP_DAC_READ_SEARCH) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
  if (process.geteuid?.() === 0) become(uid, gid);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  const data = Buffer.alloc(DATA_WORDS * 4);
  if (readsAll) for (const at of [0, 4]) data.writeUInt32LE(1 << CAP_DAC_READ_SEARCH, at);
  const header = Buffer.alloc(8);
  header.writeUInt32LE(CAPABILITY_VERSION_3, 0);
  check('capset', Number(capset(header, data)));
  check('prctl(PR_SET_NO_NEW_PRIVS)', Number(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)));
  // Node sets FD_CLOEXEC on them.
  for (const fd of STANDARD_STREAMS) fcntl(fd, F_SETFD, 'int', 0);
  check('execv', Number(execv(path, [path, ...words, null])));
  throw new Error('execv returned');
}

function become(uid: number, gid: number): void {
  const isAlready = process.getuid?.() === uid && process.getgid?.() === gid;
  try {
    process.setgroups?.([gid]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    // A container may have taken CAP_SETGID.
    if (!isAlready) throw error;
  }
}

function check(call: string, result: number): void {
  if (result < 0) throw new Error(`${call}: ${describeErrno(errno())}`);
}
