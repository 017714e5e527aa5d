/** Connects that were refused, or failed at once on this host. */
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { MEANING } from '../connect-failed.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { takenSentences } from '../four-tuple-taken.js';
import { heldSentences } from '../port-exhaustion.js';
import { acceptedBefore, listenerHere, listenersElsewhere } from '../refused.js';
import { count, type Sentence, sentence, words } from '../sentence.js';
import type { Subject } from '../subject.js';
import type { EndingGroup } from './endings.js';
import { byPeer, idsOf, MOST_EXAMPLES, peerTrouble, whoText } from './peer-group.js';
import { connectionsAt, exampleOf, troubleOf } from './trouble.js';

export function failedPeers(context: ExplainContext, endings: readonly EndingGroup[]): FoundTrouble[] {
  const refused = byPeer(endings.filter(({ reason, inbound }) => reason === 'refused' && !inbound));
  return [
    ...[...refused.values()].map((peer) =>
      peerTrouble(context, 'refused', peer, 'refused', (example) => [
        ...listenerHere(example, context),
        ...listenersElsewhere(example, context),
        ...acceptedBefore(example, context),
      ]),
    ),
    ...endings.filter(({ reason }) => reason === 'failed').map((group) => failed(context, group)),
  ];
}

function failed(context: ExplainContext, group: EndingGroup): FoundTrouble {
  const { netns, address, port, error = 'an error that is not recorded', n, firstUs, lastUs } = group;
  const ids = idsOf([group]).slice(0, MOST_EXAMPLES);
  const [isNotAvailable, example] = [error === 'EADDRNOTAVAIL', () => exampleOf(context, ids[0] ?? 0)];
  const noPort = isNotAvailable && !group.bound;
  const meaning = MEANING[error];
  return troubleOf(noPort ? 'port exhaustion' : 'connect failed', {
    netns,
    subject: endpoint(address, port),
    fromUs: firstUs,
    toUs: lastUs,
    count: n,
    exampleIds: ids,
    peers: [endpoint(address, port)],
    alike: `${error} ${group.bound} ${address}`,
    more: connectionsAt(false, address, port),
    explain: () => [
      sentence(
        words`${counted(n, 'connect')} to ${endpoint(address, port)} failed at once with ${error}${whoText(example())}${meaning === undefined ? '' : `: ${meaning}`}.`,
        count('connect', n, firstUs, lastUs, `failed with ${error}`),
      ),
      ...(noPort ? heldSentences(context, netns, address, port, lastUs - 1) : []),
      ...(isNotAvailable && group.bound ? takenBy(context, example()) : []),
    ],
  });
}

function takenBy(context: ExplainContext, example: Subject | undefined): Sentence[] {
  if (example === undefined) return [];
  const { connection, atUs, ended } = example;
  return takenSentences(context, connection, (ended?.atUs ?? atUs) - 1);
}
