import { readdirSync, statSync } from 'node:fs';
import type { LocalPorts } from '../../explain/context.js';
import { portsTheKernelChooses } from '../../sys/port-range.js';

const NAMED = '/run/netns';

/**
 * The local ports from which the kernel chooses in a namespace, as they are set now: of this process's own and of named ones.
 * undefined where it is another's, or gone, or may not be entered.
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
