import { readFileSync } from 'node:fs';
import type { PortRange } from '../model/name-lookups.js';
import { insideNetns } from './netns.js';

/** Local ports from which the kernel chooses in a network namespace; in this process's where undefined. */
export function portsTheKernelChooses(netnsPath?: string): PortRange {
  const text = netnsPath === undefined ? read() : insideNetns(netnsPath, read);
  const [low = 0, high = 0] = text.trim().split(/\s+/).map(Number);
  return { low, high };
}

/** /proc/sys/net is that of the thread that reads it. */
function read(): string {
  try {
    return readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  } catch {
    return '';
  }
}
