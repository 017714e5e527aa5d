/** Endings grouped by peer (or, for accepted connections, by local address). */

import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { at, count, type Sentence, sentence, words } from '../sentence.js';
import { ownerOf, type Subject } from '../subject.js';
import type { EndingGroup } from './endings.js';
import { connectionsAt, exampleOf, troubleOf } from './trouble.js';

/** A trouble names at most so many examples. */
export const MOST_EXAMPLES = 3;

/** One end and what ended badly with it. */
export interface PeerGroup {
  readonly netns: number;
  readonly netnsIdentity: string;
  readonly inbound: boolean;
  readonly address: string;
  readonly port: number;
  readonly groups: readonly EndingGroup[];
}

export function byPeer(endings: readonly EndingGroup[]): Map<string, PeerGroup> {
  const peers = new Map<string, PeerGroup>();
  for (const ending of endings) {
    const { netns, netnsIdentity, inbound, address, port } = ending;
    const key = peerKey(ending);
    peers.set(key, {
      netns,
      netnsIdentity,
      inbound,
      address,
      port,
      groups: [...(peers.get(key)?.groups ?? []), ending],
    });
  }
  return peers;
}

export function peerKey({ netnsIdentity, inbound, address, port }: Omit<PeerGroup, 'groups' | 'netns'>): string {
  return `${netnsIdentity} ${inbound} ${address} ${port}`;
}

export function total(groups: readonly EndingGroup[]): number {
  return groups.reduce((sum, { n }) => sum + n, 0);
}

export function firstOf(groups: readonly EndingGroup[]): number {
  return Math.min(...groups.map(({ firstUs }) => firstUs));
}

export function lastOf(groups: readonly EndingGroup[]): number {
  return Math.max(...groups.map(({ lastUs }) => lastUs));
}

export function idsOf(groups: readonly EndingGroup[]): number[] {
  return [...new Set(groups.flatMap(({ lastId, firstId }) => [lastId, firstId]))];
}

/** By whom, of `n`. */
export function whoText(example: Subject | undefined, n: number): string {
  return example === undefined ? '' : `, ${n === 1 ? '' : 'the last one '}by ${ownerOf(example.connection)}`;
}

/** `10.0.0.2:9200`, `at 10.0.0.1:80` for accepted connections. */
export function subjectOf({ inbound, address, port }: Omit<PeerGroup, 'groups'>): string {
  return inbound ? `at ${endpoint(address, port)}` : endpoint(address, port);
}

/** `3 connections to 10.0.0.2:9200`, `1 connection accepted at 10.0.0.1:80`. */
export function connectionsOf(peer: PeerGroup): string {
  return `${counted(total(peer.groups), 'connection')} ${connectedTo(peer)}`;
}

function connectedTo({ inbound, address, port }: PeerGroup): string {
  return `${inbound ? 'accepted at' : 'to'} ${endpoint(address, port)}`;
}

/** Of accepted connections the peers are those of the examples. */
export function endsOf(inbound: boolean, end: string): Pick<FoundTrouble, 'peers' | 'listeners'> {
  return inbound ? { listeners: [end] } : { peers: [end] };
}

/** A group of connections that ended alike; `how` as in `refused`; `more` adds sentences about the last one. */
export function peerTrouble(
  context: ExplainContext,
  kind: 'refused' | 'timed out' | 'reset' | 'idle drop',
  peer: PeerGroup,
  how: string,
  more: (example: Subject) => readonly Sentence[] = () => [],
): FoundTrouble {
  const { netns, netnsIdentity, address, port, inbound, groups } = peer;
  const n = total(groups);
  const fromUs = firstOf(groups);
  const toUs = lastOf(groups);
  const ids = idsOf(groups).slice(0, MOST_EXAMPLES);
  return troubleOf(kind, {
    netns,
    netnsIdentity,
    subject: subjectOf(peer),
    fromUs,
    toUs,
    count: n,
    exampleIds: ids,
    ...endsOf(inbound, endpoint(address, port)),
    alike: `${how} ${inbound} ${address}`,
    more: connectionsAt(inbound, address, port),
    peer: kind === 'refused' ? address : undefined,
    explain: () => {
      const example = exampleOf(context, ids[0] ?? 0);
      const who = example === undefined || inbound ? '' : ` of ${ownerOf(example.connection)}`;
      const ended = how === 'timed out' ? how : `${n === 1 ? 'was' : 'were'} ${how}`;
      return [
        sentence(
          n === 1
            ? words`1 connection${who} ${connectedTo(peer)} ${ended} at ${at(toUs)}.`
            : words`${connectionsOf(peer)} ${ended} from ${at(fromUs)} to ${at(toUs)}${inbound ? '' : whoText(example, n)}.`,
          count('connection', n, fromUs, toUs, how),
        ),
        ...(example === undefined ? [] : more(example)),
      ];
    },
  });
}
