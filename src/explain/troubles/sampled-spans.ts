/** For how long samples showed something, for each connection. */
import { ALWAYS } from '../../model/condition.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import type { ExplainContext } from '../context.js';
import type { TroubleWindow } from './endings.js';

export interface SampledSpan {
  readonly id: number;
  readonly netns: number;
  readonly netnsIdentity: string;
  /** An accepted connection: address and port are this host's. Else the peer's. */
  readonly inbound: boolean;
  readonly address: string;
  readonly port: number;
  /** From the first to the last moment within the window, and the sum of what lies between. */
  readonly firstUs: number;
  readonly lastUs: number;
  readonly lastedUs: number;
}

interface Row extends Omit<SampledSpan, 'inbound' | 'netnsIdentity'> {
  readonly openedUs: number;
  readonly inbound: number;
}

/** A sample is kept when queues, timer or retransmits change, so it holds until the next one. */
const SPANS = (shown: string, condition: string) => `
SELECT id, netns, openedUs, inbound, address, port, min(from_us) AS firstUs, max(until_us) AS lastUs, sum(until_us - from_us) AS lastedUs
FROM (
  SELECT id, netns, opened_us AS openedUs, origin = ${codeOfOrigin('accept')} AS inbound,
    CASE origin WHEN ${codeOfOrigin('accept')} THEN local_addr ELSE remote_addr END AS address,
    CASE origin WHEN ${codeOfOrigin('accept')} THEN local_port ELSE remote_port END AS port,
    max(s.at_us, @fromUs) AS from_us, min(@toUs, coalesce(closed_us, @toUs), coalesce(
      (SELECT min(n.at_us) FROM whole_sample n WHERE n.connection_id = s.connection_id AND n.at_us > s.at_us), @toUs)) AS until_us
  FROM (SELECT connection_id, at_us FROM whole_sample WHERE ${shown} AND at_us <= @toUs) s
    CROSS JOIN socket ON id = s.connection_id
  WHERE ${condition}
) WHERE until_us > from_us GROUP BY id HAVING lastedUs >= @leastUs ORDER BY lastedUs DESC`;

/** Those of at least `leastUs` in a window, together where they are of one end, the longest first. `shown`: SQL on a sample. */
export function sampledSpans(
  context: ExplainContext,
  { fromUs, toUs, condition = ALWAYS }: TroubleWindow,
  shown: string,
  leastUs: number,
): SampledSpan[][] {
  const statement = context.database.prepare(SPANS(shown, condition.sql));
  const ends = new Map<string, SampledSpan[]>();
  for (const { openedUs, ...row } of statement.all({ ...condition.params, fromUs, toUs, leastUs }) as Row[]) {
    const netnsIdentity = context.reuse.identity(row.netns, openedUs);
    const key = `${netnsIdentity} ${row.inbound} ${row.address} ${row.port}`;
    ends.set(key, [...(ends.get(key) ?? []), { ...row, netnsIdentity, inbound: row.inbound !== 0 }]);
  }
  return [...ends.values()];
}
