import { readdirSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { LocalPorts } from '../explain/context.js';
import { runAt } from '../query/run-at.js';
import { readHost } from '../sys/host.js';
import { portsTheKernelChooses } from '../sys/port-range.js';

const NAMED = '/run/netns';

/**
 * Reads the ephemeral ports of a network namespace as set now. What was recorded on another host, before this one was booted, or
 * without the host's identity (--redact) has inode numbers that stand for other namespaces here: nothing is known of them.
 */
export function localPortsOf(database: Database.Database, us: number): (netns: number) => LocalPorts | undefined {
  return runAt(database, us)?.bootId === readHost().bootId ? localPorts : () => undefined;
}

/** For this process's own namespace and named ones; undefined for others, and for those that cannot be entered. */
function localPorts(netns: number): LocalPorts | undefined {
  try {
    const path = inodeOf('/proc/self/ns/net') === netns ? undefined : namedNetns(netns);
    if (path === null) return undefined;
    const ports = portsTheKernelChooses(path);
    return ports.high === 0 ? undefined : ports;
  } catch {
    return undefined;
  }
}

function namedNetns(netns: number): string | null {
  const name = readdirSync(NAMED).find((each) => inodeOf(`${NAMED}/${each}`) === netns);
  return name === undefined ? null : `${NAMED}/${name}`;
}

function inodeOf(path: string): number {
  return statSync(path).ino;
}
