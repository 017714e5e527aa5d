/** Lines of `ss -tanpeOH`, of the real ss or of ours. */

export interface SsRow {
  readonly state: string;
  /** As ss writes them: ADDRESS:PORT. */
  readonly local: string;
  readonly peer: string;
  /** `"comm",pid=1,fd=3`, sorted. */
  readonly owners: readonly string[];
  /** 0: none. */
  readonly inode: number;
  /** The history marks it as uncertain, or has a gap there. */
  readonly isDoubtful: boolean;
}

export function readSsTable(text: string): SsRow[] {
  return text
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => {
      const [state = '', , , local = '', peer = ''] = line.split(/\s+/);
      return {
        state,
        local: local.replace('[::]:', '*:'),
        peer: peer.replace('[::]:', '*:'),
        owners: [...line.matchAll(/"[^"]*",pid=\d+,fd=\d+/g)].map(([owner]) => owner).sort(),
        inode: Number(/\bino:(\d+)/.exec(line)?.[1] ?? 0),
        isDoubtful: / ~(uncertain|gap)/.test(line),
      };
    });
}

/** An end as ss writes it; `*` is any address of an IPv6 socket, for which ss has `[::]` too. */
export function ssEnd(address: string, port: number): string {
  const text = address === '::' ? '*' : address.includes(':') ? `[${address}]` : address;
  return `${text}:${port === 0 ? '*' : port}`;
}
