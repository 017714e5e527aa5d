/** Connections that were established and broke: reset, timed out, orphaned. */

import { endpoint } from '../../../model/four-tuple.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { explainReset } from '../reset.js';
import { count, many, sentence, words } from '../sentence.js';
import { explainTimedOut } from '../timed-out.js';
import type { EndingGroup } from './endings.js';
import { peerTrouble, total } from './peers-in-trouble.js';
import { troubleOf } from './trouble.js';

/** Connections that a process of this host aborted are worth a word from here on: some programs close so by habit. */
const MANY_ABORTED = 3;

export function brokenConnections(context: ExplainContext, endings: readonly EndingGroup[]): FoundTrouble[] {
  const resets = grouped(endings.filter(({ reason }) => reason === 'reset by peer'));
  const aborted = grouped(endings.filter(({ reason, established }) => reason === 'aborted' && established));
  const timedOut = endings.filter(({ reason, established }) => reason === 'timed out' && established);
  const orphans = grouped(timedOut.filter(({ finWait2 }) => finWait2));
  return [
    ...resets.map((groups) =>
      peerTrouble(context, 'reset', { ...groups[0], groups }, 'were reset by the peer', (example) =>
        explainReset(example, context),
      ),
    ),
    ...aborted
      .filter((groups) => total(groups) >= MANY_ABORTED)
      .map((groups) =>
        peerTrouble(context, 'reset', { ...groups[0], groups }, 'were reset by this host', (example) =>
          explainReset(example, context),
        ),
      ),
    ...grouped(timedOut.filter(({ finWait2 }) => !finWait2)).map((groups) =>
      peerTrouble(context, 'timed out', { ...groups[0], groups }, 'timed out', (example) =>
        explainTimedOut(example, context),
      ),
    ),
    ...orphans.map(orphaned),
  ];
}

function orphaned(groups: readonly [EndingGroup, ...EndingGroup[]]): FoundTrouble {
  const { netns, address, port, inbound } = groups[0];
  const n = total(groups);
  const fromUs = Math.min(...groups.map(({ firstUs }) => firstUs));
  const toUs = Math.max(...groups.map(({ lastUs }) => lastUs));
  const end = endpoint(address, port);
  return troubleOf('FIN-WAIT-2 orphans', {
    netns,
    subject: inbound ? `at ${end}` : end,
    fromUs,
    toUs,
    count: n,
    exampleIds: [...new Set(groups.flatMap(({ lastId, firstId }) => [lastId, firstId]))].slice(0, 3),
    tell: () => [
      sentence(
        words`${many(n, 'connection')} ${inbound ? 'accepted at' : 'to'} ${end} ended as ${n === 1 ? 'an orphan' : 'orphans'} in FIN-WAIT-2: this host closed, the peer never did, and the kernel gave up waiting.`,
        count('orphans timed out', n, fromUs, toUs),
      ),
    ],
  });
}

/** Those of one peer (or one local address) together. */
function grouped(endings: readonly EndingGroup[]): (readonly [EndingGroup, ...EndingGroup[]])[] {
  const groups = new Map<string, [EndingGroup, ...EndingGroup[]]>();
  for (const ending of endings) {
    const key = `${ending.netns} ${ending.inbound} ${ending.address} ${ending.port}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [ending]);
    else known.push(ending);
  }
  return [...groups.values()];
}
