/** Peers that acknowledged nothing for a while within the window, and then did, or whose connection was closed. */

import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { WORRYING_RETRANSMITS } from '../../model/sample.js';
import { connectionById } from '../../query/connection-by-id.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { at, count, lasting, sentence, words } from '../sentence.js';
import type { TroubleWindow } from './endings.js';
import { endsOf, MOST_EXAMPLES } from './peer-group.js';
import { type SampledSpan, sampledSpans } from './sampled-spans.js';
import { connectionsAt, troubleOf } from './trouble.js';

/** Shorter losses are normal. */
export const SILENT_US = 3_000_000;

export function recoveredPeers(context: ExplainContext, window: TroubleWindow): FoundTrouble[] {
  return sampledSpans(context, window, `retrans >= ${WORRYING_RETRANSMITS}`, SILENT_US).flatMap((spans) => {
    const over = spans.filter((span) => span.lastUs < window.toUs && isOver(context, span));
    return over.length === 0 ? [] : recovered(over);
  });
}

/** It was established when it began, and the kernel did not give up on it: that is another trouble. */
function isOver(context: ExplainContext, { id, firstUs }: SampledSpan): boolean {
  const connection = connectionById(context.database, id);
  if (connection === undefined || connection.closeReason === 'timed out') return false;
  return connection.steps.some(({ newState, atUs }) => newState === 'ESTAB' && atUs <= firstUs);
}

function recovered(spans: readonly SampledSpan[]): FoundTrouble[] {
  const [longest] = spans;
  if (longest === undefined) return [];
  const { netns, netnsIdentity, inbound, address, port, lastedUs } = longest;
  const [n, end] = [spans.length, endpoint(address, port)];
  const fromUs = Math.min(...spans.map(({ firstUs }) => firstUs));
  const toUs = Math.max(...spans.map(({ lastUs }) => lastUs));
  return [
    troubleOf('unacknowledged data', {
      netns,
      netnsIdentity,
      subject: inbound ? `at ${end}` : end,
      fromUs,
      toUs,
      count: n,
      exampleIds: spans.slice(0, MOST_EXAMPLES).map(({ id }) => id),
      ...endsOf(inbound, end),
      alike: `${inbound} ${address}`,
      more: connectionsAt(inbound, address, port),
      explain: () => [
        sentence(
          words`${counted(n, 'connection')} ${inbound ? 'accepted at' : 'to'} ${end} retransmitted data that the other end did not acknowledge, the longest for ${lasting(lastedUs)}, from ${at(fromUs)} to ${at(toUs)}: then it was acknowledged, or the connection was closed.`,
          count('connection', n, fromUs, toUs, 'with retransmits in a row'),
        ),
      ],
    }),
  ];
}
