/** What looks wrong on a host over a window, worst first. */
import type { ExplainContext } from '../context.js';
import type { Trouble } from '../explanation.js';
import { brokenConnections } from './broken.js';
import { endingsOf, type TroubleWindow } from './endings.js';
import { fullQueues } from './full-queues.js';
import { failedPeers, stalePeers, unansweredPeers } from './peers-in-trouble.js';
import { closeWaitLeaks, halfOpenFloods, timeWaitPileUps } from './piles.js';

export type { TroubleWindow } from './endings.js';

/** Looks through a window for troubles. `context` must be made for its end. */
export function troublesIn(context: ExplainContext, window: TroubleWindow): Trouble[] {
  const endings = endingsOf(context, window);
  const unanswered = unansweredPeers(context, window, endings);
  const failed = failedPeers(context, endings);
  const broken = brokenConnections(context, endings);
  return [
    ...unanswered,
    ...failed,
    ...broken,
    ...stalePeers(context, [...unanswered, ...failed, ...broken]),
    ...closeWaitLeaks(context, window),
    ...timeWaitPileUps(context, window),
    ...halfOpenFloods(context, window, endings),
    ...fullQueues(context, window),
  ].sort((a, b) => b.severity - a.severity || b.count - a.count || a.fromUs - b.fromUs);
}
