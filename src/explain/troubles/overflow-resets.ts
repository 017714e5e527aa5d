/** Clients that were reset while the accept queue of their listener was full. */
import type { Connection } from '../../model/connection.js';
import { counted } from '../../model/counted.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import type { ExplainContext } from '../context.js';
import { at, count, type Sentence, sentence, words } from '../sentence.js';
import { ESTABLISHED_MASK } from '../state-masks.js';

/** A RST for a request stands on it if a snapshot saw it, else on its listener, with the addresses. */
const RESETS = `
SELECT count(*) AS n, min(e.at_us) AS firstUs, max(e.at_us) AS lastUs
FROM events e LEFT JOIN socket s ON s.id = e.connection_id
WHERE e.at_us >= @fromUs AND e.at_us < @untilUs AND e.kind = 'reset' AND e.detail LIKE 'sent%'
  AND (e.connection_id = @id AND e.detail LIKE '% > %' OR s.netns = @netns AND s.local_port = @port
    AND s.origin = ${codeOfOrigin('accept')} AND (s.states & ${ESTABLISHED_MASK}) = 0)`;

export function overflowResets(
  { id, netns, tuple }: Connection,
  context: ExplainContext,
  fromUs: number,
  untilUs: number,
): Sentence[] {
  const params = { id, netns, port: tuple.localPort, fromUs, untilUs };
  const { n, firstUs, lastUs } = context.database.prepare(RESETS).get(params) as {
    n: number;
    firstUs: number | null;
    lastUs: number | null;
  };
  if (firstUs === null || lastUs === null) return [];
  return [
    sentence(
      words`${counted(n, 'client')} of it ${n === 1 ? 'was' : 'were'} reset while it was full, last at ${at(lastUs)}, as the kernel does with net.ipv4.tcp_abort_on_overflow.`,
      count('RST', n, firstUs, lastUs, 'sent for half-open requests'),
    ),
  ];
}
