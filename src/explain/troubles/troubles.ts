/** What looks wrong on a host over a window, worst first. */
import type { ExplainContext } from '../context.js';
import type { FoundTrouble, Trouble } from '../explanation.js';
import { brokenConnections, silentPeers } from './broken.js';
import { endingsOf, type TroubleWindow } from './endings.js';
import { failedPeers } from './failed-peers.js';
import { belowTheirQueues, fullQueues } from './full-queues.js';
import { halfOpenListeners } from './half-open-listeners.js';
import { listenerRestarts } from './listener-restarts.js';
import { closeWaitLeaks, timeWaitPileUps } from './piles.js';
import { recoveredPeers } from './recovered-peers.js';
import { selfConnects } from './self-connects.js';
import { stalePeers } from './stale-peers.js';
import { explained, worseFirst } from './trouble.js';
import { grouped } from './trouble-groups.js';
import { unacceptedConnections } from './unaccepted-connections.js';
import { unansweredPeers } from './unanswered-peers.js';
import { zeroWindows } from './zero-windows.js';

export interface Troubles {
  /** At most as many as asked for, the worst first. */
  readonly troubles: readonly Trouble[];
  /** How many there are in all. */
  readonly count: number;
}

/**
 * Looks through a window for troubles, and explains the `atMost` worst; `alike`: those that are alike as one. `context` must be made
 * for the end of the window.
 */
export function troublesIn(
  context: ExplainContext,
  window: TroubleWindow,
  atMost: number,
  alike: 'apart' | 'as one' = 'apart',
): Troubles {
  const each = foundIn(context, window).sort(worseFirst);
  const found = alike === 'as one' ? grouped(each) : each;
  const shown = found.slice(0, atMost);
  context.peers.readAhead(shown.flatMap(({ peer }) => (peer === undefined ? [] : [peer])));
  return { troubles: shown.map((trouble) => explained(context, trouble)), count: found.length };
}

function foundIn(context: ExplainContext, window: TroubleWindow): FoundTrouble[] {
  const { troubles: restarts, rest: endings } = listenerRestarts(context, window, endingsOf(context, window));
  const queues = fullQueues(context, window);
  const unanswered = belowTheirQueues(context, unansweredPeers(context, window, endings), queues);
  const failed = failedPeers(context, endings);
  const silent = [...brokenConnections(context, endings), ...silentPeers(context, window)];
  const idle = new Set(
    silent.flatMap(({ kind, netnsIdentity, subject }) => (kind === 'idle drop' ? [`${netnsIdentity} ${subject}`] : [])),
  );
  const recovered = recoveredPeers(context, window).filter(
    ({ netnsIdentity, subject }) => !idle.has(`${netnsIdentity} ${subject}`),
  );
  const broken = [...silent, ...recovered];
  return [
    ...restarts,
    ...unanswered,
    ...failed,
    ...broken,
    ...stalePeers(context, [...unanswered, ...failed, ...broken]),
    ...selfConnects(context, window),
    ...zeroWindows(context, window),
    ...unacceptedConnections(context, window),
    ...closeWaitLeaks(context, window),
    ...timeWaitPileUps(context, window),
    ...halfOpenListeners(context, window, endings),
    ...queues,
  ];
}
