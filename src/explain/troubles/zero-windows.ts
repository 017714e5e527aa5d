/** Peers that did not take what was sent to them: for how long samples show the persist timer. */
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { connectionById } from '../../query/connection-by-id.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { otherEndOf } from '../other-end.js';
import { at, count, lasting, sentence, words } from '../sentence.js';
import { ownerOf } from '../subject.js';
import { STALLED_AFTER_US, windowEvidence } from '../zero-window.js';
import type { TroubleWindow } from './endings.js';
import { endsOf, MOST_EXAMPLES } from './peer-group.js';
import { type SampledSpan, sampledSpans } from './sampled-spans.js';
import { connectionsAt, troubleOf } from './trouble.js';

export function zeroWindows(context: ExplainContext, window: TroubleWindow): FoundTrouble[] {
  return sampledSpans(context, window, "timer = 'persist'", STALLED_AFTER_US).flatMap(
    (spans) => zeroWindow(context, spans, window.toUs) ?? [],
  );
}

function zeroWindow(context: ExplainContext, rows: readonly SampledSpan[], toUs: number): FoundTrouble | undefined {
  const [worst] = rows;
  const connection = worst === undefined ? undefined : connectionById(context.database, worst.id);
  if (worst === undefined || connection === undefined) return undefined;
  const { netns, netnsIdentity, inbound, address, port } = worst;
  const [n, end] = [rows.length, endpoint(address, port)];
  const lastUs = Math.max(...rows.map((row) => row.lastUs));
  const sample = context.sampleAt(worst.id, worst.lastUs - 1);
  return troubleOf('zero window', {
    netns,
    netnsIdentity,
    subject: inbound ? `at ${end}` : end,
    fromUs: Math.min(...rows.map(({ firstUs }) => firstUs)),
    toUs: lastUs,
    count: n,
    exampleIds: rows.slice(0, MOST_EXAMPLES).map(({ id }) => id),
    ...endsOf(inbound, end),
    alike: `${inbound} ${address}`,
    more: connectionsAt(inbound, address, port),
    explain: () => {
      const reader = otherEndOf(context, connection, worst.lastUs - 1);
      const here = reader === undefined ? '' : ` (${ownerOf(reader)} of this host, #${reader.id})`;
      const bytes = sample === undefined ? 'data' : counted(sample.send_q, 'byte');
      const how = lastUs < toUs ? 'was' : 'has been';
      return [
        sentence(
          words`The receive window of the other end${here} ${how} zero on ${counted(n, 'connection')} ${inbound ? 'accepted at' : 'to'} ${end}, the longest for ${lasting(worst.lastedUs)} from ${at(worst.firstUs)} to ${at(worst.lastUs)}, with ${bytes} of ${ownerOf(connection)} waiting: the other end does not read what it gets.`,
          count('connection', n, worst.firstUs, lastUs, 'with a persist timer'),
          ...(sample === undefined ? [] : [windowEvidence(sample)]),
        ),
      ];
    },
  });
}
