/** Peers in trouble that are addressed by a name that has moved. */
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { explainStaleName } from '../stale-name.js';
import { exampleOf, troubleOf } from './trouble.js';

/** Peers whose names are looked up. */
const MOST_NAMES = 300;

export function stalePeers(context: ExplainContext, troubles: readonly FoundTrouble[]): FoundTrouble[] {
  const seen = new Set<string>();
  const found: FoundTrouble[] = [];
  for (const trouble of troubles.slice(0, MOST_NAMES)) {
    const example = exampleOf(context, trouble.exampleIds[0] ?? 0);
    if (example === undefined || example.connection.origin === 'accept') continue;
    const key = `${trouble.netnsIdentity} ${trouble.subject}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const { stale, sentences } = explainStaleName(example, context);
    if (!stale) continue;
    const { netns, netnsIdentity, subject, fromUs, toUs, count: n, exampleIds, alike, more, peers } = trouble;
    found.push(
      troubleOf('stale name', {
        ...{ netns, netnsIdentity, subject, fromUs, toUs, count: n, exampleIds, alike, more, peers },
        explain: () => sentences,
      }),
    );
  }
  return found;
}
