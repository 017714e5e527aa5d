/** Socket memory as `ss -m` writes it: `r0,rb131072,t0,tb46080,f0,w0,o0,bl0,d0`. This text is stored. */

/** INET_DIAG_SKMEMINFO: bytes, in the order of enum sk_meminfo_vars of include/uapi/linux/sock_diag.h. */
export interface SocketMemory {
  readonly rmemAlloc: number;
  readonly rcvbuf: number;
  readonly wmemAlloc: number;
  readonly sndbuf: number;
  readonly fwdAlloc: number;
  readonly wmemQueued: number;
  readonly optmem: number;
  readonly backlog: number;
  readonly drops: number;
}

/** In the order of the text, which is that of SK_MEMINFO_* in include/uapi/linux/sock_diag.h. */
const WORDS = [
  ['r', 'rmemAlloc'],
  ['rb', 'rcvbuf'],
  ['t', 'wmemAlloc'],
  ['tb', 'sndbuf'],
  ['f', 'fwdAlloc'],
  ['w', 'wmemQueued'],
  ['o', 'optmem'],
  ['bl', 'backlog'],
  ['d', 'drops'],
] as const satisfies readonly (readonly [string, keyof SocketMemory])[];

export function socketMemoryText(memory: SocketMemory): string {
  return WORDS.map(([word, field]) => word + memory[field]).join(',');
}

/** A value that is missing in the text is 0. */
export function socketMemoryOf(text: string): SocketMemory {
  const values = new Map(Array.from(text.matchAll(/([a-z]+)(\d+)/g), ([, word, value]) => [word, Number(value)]));
  const memory: Record<string, number> = {};
  for (const [word, field] of WORDS) memory[field] = values.get(word) ?? 0;
  return memory as unknown as SocketMemory;
}
