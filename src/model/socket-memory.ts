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

/** In the order of SK_MEMINFO_* in include/uapi/linux/sock_diag.h. */
export function socketMemoryText(memory: SocketMemory): string {
  return (
    `r${memory.rmemAlloc},rb${memory.rcvbuf},t${memory.wmemAlloc},tb${memory.sndbuf},f${memory.fwdAlloc},` +
    `w${memory.wmemQueued},o${memory.optmem},bl${memory.backlog},d${memory.drops}`
  );
}

/** What is missing in the text is 0. */
export function socketMemoryOf(text: string): SocketMemory {
  const values = new Map(Array.from(text.matchAll(/([a-z]+)(\d+)/g), ([, word, value]) => [word, Number(value)]));
  const bytesOf = (word: string) => values.get(word) ?? 0;
  return {
    rmemAlloc: bytesOf('r'),
    rcvbuf: bytesOf('rb'),
    wmemAlloc: bytesOf('t'),
    sndbuf: bytesOf('tb'),
    fwdAlloc: bytesOf('f'),
    wmemQueued: bytesOf('w'),
    optmem: bytesOf('o'),
    backlog: bytesOf('bl'),
    drops: bytesOf('d'),
  };
}
