/** Indexes of network interfaces, under which sock_diag and /sys know them. */
import { libc } from './libc.js';

const ifNameToIndex = libc.func('unsigned int if_nametoindex(const char *)');

/** The index of an interface of the thread's network namespace, undefined where it does not exist. */
export function interfaceIndex(name: string): number | undefined {
  return Number(ifNameToIndex(name)) || undefined;
}
