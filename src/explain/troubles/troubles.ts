/** What looks wrong on a host over a window, worst first. */
import type { ExplainContext } from '../context.js';
import type { FoundTrouble, Trouble } from '../explanation.js';
import { brokenConnections, silentPeers } from './broken.js';
import { endingsOf, type TroubleWindow } from './endings.js';
import { failedPeers } from './failed-peers.js';
import { fullQueues } from './full-queues.js';
import { closeWaitLeaks, halfOpenFloods, timeWaitPileUps } from './piles.js';
import { stalePeers } from './stale-peers.js';
import { unansweredPeers } from './unanswered-peers.js';

export interface Troubles {
  /** At most as many as asked for, the worst first. */
  readonly troubles: readonly Trouble[];
  /** How many there are in all. */
  readonly count: number;
}

/** Looks through a window for troubles, and explains the `atMost` worst. `context` must be made for its end. */
export function troublesIn(context: ExplainContext, window: TroubleWindow, atMost: number): Troubles {
  const endings = endingsOf(context, window);
  const unanswered = unansweredPeers(context, window, endings);
  const failed = failedPeers(context, endings);
  const broken = [...brokenConnections(context, endings), ...silentPeers(context, window)];
  const found = [
    ...unanswered,
    ...failed,
    ...broken,
    ...stalePeers(context, [...unanswered, ...failed, ...broken]),
    ...closeWaitLeaks(context, window),
    ...timeWaitPileUps(context, window),
    ...halfOpenFloods(context, window, endings),
    ...fullQueues(context, window),
  ].sort(worseFirst);
  const shown = found.slice(0, atMost);
  context.peers.readAhead(shown.flatMap(({ peer }) => (peer === undefined ? [] : [peer])));
  return {
    troubles: shown.map(({ explain, peer, ...trouble }) => ({ ...trouble, sentences: explain() })),
    count: found.length,
  };
}

function worseFirst(a: FoundTrouble, b: FoundTrouble): number {
  return b.severity - a.severity || b.count - a.count || a.fromUs - b.fromUs;
}
