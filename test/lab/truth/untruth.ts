/** What a history can have wrong about a story. */

/** The kinds of it, with what each means. */
export const KINDS = {
  missing: 'a socket has no row',
  duplicate: 'a socket has another row too',
  ghost: 'a row is no socket',
  port: 'another port or address',
  origin: 'another origin',
  path: 'other states, or in another order',
  time: 'a state was not entered at that time, or within those bounds',
  'ended-too-early': 'it ended, while it lived',
  'not-ended': 'it lives, two snapshots after its end',
  reason: 'another close reason',
  opener: 'another process opened it',
  owner: 'other owners, two snapshots after they changed',
  'owner-name': 'the right owners under other names, two snapshots after these changed',
  inode: 'another inode',
  bytes: 'another number of data bytes',
  'fin-as-byte': 'the FIN of the peer counts as a byte',
  error: 'an error is not with its connection',
  'error-elsewhere': 'an error is with another connection',
  reset: 'a reset is not with its connection',
  event: 'another event than a reset is not with its connection',
  'event-elsewhere': 'an event is with another connection',
  gap: 'a gap although nothing was lost',
  at: 'ss --at shows another state, or another socket',
  'at-owner': 'ss --at shows other owners',
  'at-owner-name': 'ss --at shows the right owners under other names',
  'at-unaccepted': 'ss --at shows an owner of what no process has accepted yet',
  'left-netns': 'anything in a namespace that its processes have left',
  'at-ended-netns': 'ss --at shows a socket of a namespace that is gone',
  'at-inode': 'ss --at shows another inode',
} as const;

export type Kind = keyof typeof KINDS;

export interface Untruth {
  readonly kind: Kind;
  readonly seed: number;
  /** Of the story: its number and name. */
  readonly step: string;
  readonly text: string;
}

export function untruthLine({ kind, seed, step, text }: Untruth): string {
  return `seed ${seed}, step ${step}: ${kind}: ${text}`;
}
