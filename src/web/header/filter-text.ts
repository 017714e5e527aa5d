/** What the keys of the filter box do to its text. */

export interface Draft {
  readonly text: string;
  readonly caret: number;
}

/** Puts a completion in the place of what was typed of it, with a space behind it. */
export function completed({ text, caret }: Draft, from: number, option: string): Draft {
  const before = text.slice(0, from) + option;
  const after = text.slice(caret);
  const gap = after.startsWith(' ') ? '' : ' ';
  return { text: before + gap + after, caret: before.length + 1 };
}

export interface FilterExample {
  readonly filter: string;
  readonly meaning: string;
}

/** Shown while the box is empty. */
export const FILTER_EXAMPLES: readonly FilterExample[] = [
  { filter: 'state syn-sent', meaning: 'connects that were not answered' },
  { filter: 'dport = :9200', meaning: 'connections to a port' },
  { filter: 'comm = java', meaning: 'of a process' },
  { filter: 'dst 10.0.0.0/8 and not dport = :443', meaning: 'to a network, without a port' },
  { filter: 'state close-wait', meaning: 'the peer has closed, this host has not' },
];
