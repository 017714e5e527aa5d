/** What an answer about one host of a fleet rests on. */
import type { Basis } from '../../fleet/basis.js';
import { localTime } from '../../model/time-text.js';

/** For a person: whether all of the window is there, and what a host does not send. */
export function hostBasisLines({ hosts, window }: Basis, machine: string): readonly string[] {
  const host = hosts.find((each) => each.machine === machine);
  if (host === undefined) return [];
  const standing = {
    complete: `${host.host}: complete from ${shortTime(window.fromUs)} to ${shortTime(window.toUs)}`,
    behind: `${host.host}: behind: everything up to ${shortTime(host.completeUs)} has arrived`,
    gap: `${host.host}: with gaps: a part of this range is missing`,
    later: `${host.host}: its history begins after ${shortTime(window.toUs)}`,
  }[host.standing];
  const partly = `it sends a part of the closed connections only (sstory ship --what ${host.what}): ordinary short ones are counted, not listed`;
  return [
    standing,
    ...(host.what === 'all' ? [] : [partly]),
    'of samples only the last one of each connection is sent, and its retransmissions and resets when it has ended',
  ];
}

/** Without a fraction of zero. */
function shortTime(us: number): string {
  return localTime(us).replace(/\.0+$/, '');
}
