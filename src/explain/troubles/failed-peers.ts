/** Connects that were refused, or failed at once on this host. */
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { isMissingIpv6, isNoRoute, meaningThen } from '../connect-failed.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { takenSentences } from '../four-tuple-taken.js';
import { heldSentences } from '../port-exhaustion.js';
import { acceptedBefore, listenerHere, listenersElsewhere } from '../refused.js';
import { count, type Sentence, sentence, words } from '../sentence.js';
import type { Subject } from '../subject.js';
import type { EndingGroup } from './endings.js';
import { byPeer, idsOf, MOST_EXAMPLES, peerTrouble, whoText } from './peer-group.js';
import { HARMLESS } from './severity.js';
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
    ...endings.filter(({ atOnce }) => atOnce).map((group) => failed(context, group)),
  ];
}

function failed(context: ExplainContext, group: EndingGroup): FoundTrouble {
  const { netns, netnsIdentity, address, port, error = 'an error that is not recorded', n, firstUs, lastUs } = group;
  const ids = idsOf([group]).slice(0, MOST_EXAMPLES);
  const [isNotAvailable, example] = [error === 'EADDRNOTAVAIL', () => exampleOf(context, ids[0] ?? 0)];
  const noPort = isNotAvailable && !group.bound;
  const kind = noPort ? 'port exhaustion' : isNoRoute(error) ? 'no route' : 'connect failed';
  const isHarmless = isMissingIpv6(error, address);
  const trouble = troubleOf(kind, {
    netns,
    netnsIdentity,
    subject: endpoint(address, port),
    fromUs: firstUs,
    toUs: lastUs,
    count: n,
    exampleIds: ids,
    peers: [endpoint(address, port)],
    alike: `${error} ${group.bound} ${kind === 'no route' ? isHarmless : address}`,
    more: connectionsAt(false, address, port),
    explain: () => {
      const last = example();
      const meaning = last && meaningThen(context, error, last.connection, lastUs);
      return [
        sentence(
          words`${counted(n, 'connect')} to ${endpoint(address, port)} failed at once with ${error}${whoText(last, n)}${meaning === undefined ? '' : `: ${meaning}`}.`,
          count('connect', n, firstUs, lastUs, `failed with ${error}`),
        ),
        ...(isHarmless ? [sentence(words`That is harmless where the program uses IPv4 then.`)] : []),
        ...(noPort ? heldSentences(context, netns, address, port, lastUs - 1) : []),
        ...(isNotAvailable && group.bound ? takenBy(context, last) : []),
      ];
    },
  });
  return isHarmless ? { ...trouble, severity: HARMLESS } : trouble;
}

function takenBy(context: ExplainContext, example: Subject | undefined): Sentence[] {
  if (example === undefined) return [];
  const { connection, atUs, ended } = example;
  return takenSentences(context, connection, (ended?.atUs ?? atUs) - 1);
}
