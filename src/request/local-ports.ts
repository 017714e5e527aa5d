import { readdirSync, statSync } from 'node:fs';
import type { LocalPorts } from '../explain/context.js';
import { portsTheKernelChooses } from '../sys/port-range.js';

const NAMED = '/run/netns';

/**
 * The ephemeral ports of a network namespace as set now, for this process's own and named ones; undefined for others, and
 * for those that cannot be entered.
 */
export function localPorts(netns: number): LocalPorts | undefined {
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
