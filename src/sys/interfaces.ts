/** Names of network interfaces, by the index under which sock_diag and /sys know them. */
import { libc } from './libc.js';

/** IF_NAMESIZE of include/uapi/linux/if.h, the final zero included. */
const NAME_BYTES = 16;

const ifIndexToName = libc.func('char *if_indextoname(unsigned int, _Out_ void *)');
const ifNameToIndex = libc.func('unsigned int if_nametoindex(const char *)');

/** The name of an interface of the thread's network namespace, undefined where it does not exist. */
export function interfaceName(index: number): string | undefined {
  const name = Buffer.alloc(NAME_BYTES);
  if (ifIndexToName(index, name) === null) return undefined;
  return name.toString('utf8', 0, name.indexOf(0));
}

/** The index of an interface of the thread's network namespace, undefined where it does not exist. */
export function interfaceIndex(name: string): number | undefined {
  return Number(ifNameToIndex(name)) || undefined;
}
