/** Peers that did not take what was sent to them: for how long samples show the persist timer. */
import { ALWAYS } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import { connectionById } from '../../query/connection-by-id.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { otherEndOf } from '../other-end.js';
import { at, count, lasting, sentence, words } from '../sentence.js';
import { ownerOf } from '../subject.js';
import { STALLED_AFTER_US, windowEvidence } from '../zero-window.js';
import type { TroubleWindow } from './endings.js';
import { MOST_EXAMPLES } from './peer-group.js';
import { connectionsAt, troubleOf } from './trouble.js';

interface Row {
  readonly id: number;
  readonly netns: number;
  readonly inbound: number;
  readonly address: string;
  readonly port: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly stalledUs: number;
}

/** A sample is kept when the timer changes, so it holds until the next one. */
const STALLED = (condition: string) => `
SELECT id, netns, inbound, address, port, min(from_us) AS firstUs, max(until_us) AS lastUs, sum(until_us - from_us) AS stalledUs
FROM (
  SELECT id, netns, origin = ${codeOfOrigin('accept')} AS inbound,
    CASE origin WHEN ${codeOfOrigin('accept')} THEN local_addr ELSE remote_addr END AS address,
    CASE origin WHEN ${codeOfOrigin('accept')} THEN local_port ELSE remote_port END AS port,
    max(s.at_us, @fromUs) AS from_us, min(@toUs, coalesce(closed_us, @toUs), coalesce(
      (SELECT min(n.at_us) FROM whole_sample n WHERE n.connection_id = s.connection_id AND n.at_us > s.at_us), @toUs)) AS until_us
  FROM (SELECT connection_id, at_us FROM whole_sample WHERE timer = 'persist' AND at_us <= @toUs) s
    CROSS JOIN socket ON id = s.connection_id
  WHERE ${condition}
) WHERE until_us > from_us GROUP BY id HAVING stalledUs >= ${STALLED_AFTER_US} ORDER BY stalledUs DESC`;

export function zeroWindows(
  context: ExplainContext,
  { fromUs, toUs, condition = ALWAYS }: TroubleWindow,
): FoundTrouble[] {
  const rows = context.database.prepare(STALLED(condition.sql)).all({ ...condition.params, fromUs, toUs }) as Row[];
  const ends = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.netns} ${row.inbound} ${row.address} ${row.port}`;
    ends.set(key, [...(ends.get(key) ?? []), row]);
  }
  return [...ends.values()].flatMap((stalled) => zeroWindow(context, stalled, toUs) ?? []);
}

function zeroWindow(context: ExplainContext, rows: readonly Row[], toUs: number): FoundTrouble | undefined {
  const [worst] = rows;
  const connection = worst === undefined ? undefined : connectionById(context.database, worst.id);
  if (worst === undefined || connection === undefined) return undefined;
  const { netns, address, port } = worst;
  const inbound = worst.inbound !== 0;
  const [n, end] = [rows.length, endpoint(address, port)];
  const lastUs = Math.max(...rows.map((row) => row.lastUs));
  const sample = context.sampleAt(worst.id, worst.lastUs - 1);
  return troubleOf('zero window', {
    netns,
    subject: inbound ? `at ${end}` : end,
    fromUs: Math.min(...rows.map(({ firstUs }) => firstUs)),
    toUs: lastUs,
    count: n,
    exampleIds: rows.slice(0, MOST_EXAMPLES).map(({ id }) => id),
    peers: inbound ? undefined : [end],
    alike: `${inbound} ${address}`,
    more: connectionsAt(inbound, address, port),
    explain: () => {
      const reader = otherEndOf(context, connection, worst.lastUs - 1);
      const here = reader === undefined ? '' : ` (${ownerOf(reader)} of this host, #${reader.id})`;
      const bytes = sample === undefined ? 'data' : counted(sample.send_q, 'byte');
      const how = lastUs < toUs ? 'was' : 'has been';
      return [
        sentence(
          words`The receive window of the other end${here} ${how} zero on ${counted(n, 'connection')} ${inbound ? 'accepted at' : 'to'} ${end}, the longest for ${lasting(worst.stalledUs)} from ${at(worst.firstUs)} to ${at(worst.lastUs)}, with ${bytes} of ${ownerOf(connection)} waiting: the other end does not read what it gets.`,
          count('connection', n, worst.firstUs, lastUs, 'with a persist timer'),
          ...(sample === undefined ? [] : [windowEvidence(sample)]),
        ),
      ];
    },
  });
}
