/** What a kernel test needs of the machine. Missing, it fails where CI=true, and is skipped with the reason elsewhere. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isMemory } from '../../src/probe/backlog-file.js';
import { ACTOR } from './actor.js';

const REQUIRED_TRACEPOINT = 'events/sock/inet_sock_set_state/format';
const TRACEFS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

/** For tests that make network namespaces. Call it in a `before` or `it` written as a function. */
export function requireRoot(context: Mocha.Context): void {
  if (process.getuid?.() !== 0) missing(context, 'needs root');
  for (const program of ['ip', 'ss', 'nft', 'nsenter']) {
    if (!inPath(program)) missing(context, `needs ${program} (scripts/setup.sh test installs it)`);
  }
  if (!existsSync(ACTOR)) missing(context, `needs ${ACTOR} (scripts/setup.sh test compiles it)`);
}

/** For tests that ask a real DNS server. */
export function requireDns(context: Mocha.Context): void {
  requireRoot(context);
  for (const program of ['dnsmasq', 'dig', 'unshare']) {
    if (!inPath(program)) missing(context, `needs ${program} (scripts/setup.sh test installs it)`);
  }
}

/** For tests of files that take no memory: `directory` must not be on a tmpfs or ramfs. */
export function requireDisk(context: Mocha.Context, directory: string): void {
  if (isMemory(directory)) missing(context, `needs ${directory} on a disk`);
}

/** For tests on a terminal. */
export function requireTmux(context: Mocha.Context): void {
  if (!inPath('tmux')) missing(context, 'needs tmux (scripts/setup.sh test installs it)');
}

/** For tests that trace: root, bpftrace, and the tracepoint of TCP state changes. */
export function requireBpf(context: Mocha.Context): void {
  requireRoot(context);
  if (!inPath('bpftrace')) missing(context, 'needs bpftrace');
  if (!TRACEFS.some((directory) => existsSync(join(directory, REQUIRED_TRACEPOINT)))) {
    missing(context, `needs tracefs with ${REQUIRED_TRACEPOINT}`);
  }
}

/** Ends the test: skipped with a printed reason, or failed where everything must be there. */
export function missing(context: Mocha.Context, reason: string): never {
  if (process.env['CI'] === 'true') throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  return context.skip();
}

function inPath(program: string): boolean {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return directories.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
