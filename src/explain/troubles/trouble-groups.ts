/** Troubles that are alike, as one: ports of one address, processes of one program. */
import type { FoundTrouble } from '../explanation.js';
import { MOST_EXAMPLES } from './peer-group.js';
import { troubleOf, worseFirst } from './trouble.js';

/** Of so many of a group, the sentences are shown. */
const MOST_EXPLAINED = 3;
/** Of an endpoint. */
const PORT = /:\d+$/;

/** Puts together what is alike, the worst first. */
export function grouped(troubles: readonly FoundTrouble[]): FoundTrouble[] {
  const groups = new Map<unknown, FoundTrouble[]>();
  for (const trouble of troubles) {
    const { kind, netnsIdentity, alike } = trouble;
    const key = alike === undefined ? trouble : `${kind} ${netnsIdentity} ${alike}`;
    groups.set(key, [...(groups.get(key) ?? []), trouble]);
  }
  return [...groups.values()].map(merged).sort(worseFirst);
}

function merged(group: readonly FoundTrouble[]): FoundTrouble {
  const [worst] = group;
  if (worst === undefined) throw new RangeError('an empty group of troubles');
  if (group.length === 1) return worst;
  const all = (listOf: (each: FoundTrouble) => readonly string[] | undefined) => {
    const known = group.flatMap((each) => listOf(each) ?? []);
    return known.length === 0 ? undefined : [...new Set(known)];
  };
  const { kind, netns, netnsIdentity, subject, alike, more } = worst;
  return troubleOf(kind, {
    ...{ netns, netnsIdentity, subject: `${subject} and ${group.length - 1} more`, alike },
    more: more[2] === 'dst' ? more.with(-1, (more.at(-1) ?? '').replace(PORT, '')) : more,
    fromUs: Math.min(...group.map(({ fromUs }) => fromUs)),
    toUs: Math.max(...group.map(({ toUs }) => toUs)),
    count: group.reduce((sum, { count }) => sum + count, 0),
    exampleIds: group.flatMap(({ exampleIds }) => exampleIds.slice(0, 1)).slice(0, MOST_EXAMPLES),
    processes: all((each) => each.processes),
    peers: all((each) => each.peers),
    listeners: all((each) => each.listeners),
    peer: worst.peer,
    explain: () => group.slice(0, MOST_EXPLAINED).flatMap(({ explain }) => explain()),
  });
}
