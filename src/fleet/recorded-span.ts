import { SstoryError } from '../model/error.js';
import type { Interval } from '../model/interval.js';
import type { FleetClient } from './client.js';

/** Hosts send every 10 seconds: what the last of them sent, others have not sent yet. */
export const SETTLED_US = 20_000_000;

/**
 * From the first to the last moment that any host sent.
 * @throws SstoryError `empty`
 */
export async function recordedSpan(fleet: FleetClient): Promise<Interval> {
  const [span] = await fleet.rows<{ readonly hosts: number; readonly fromUs: number; readonly toUs: number }>({
    sql: 'SELECT count() AS hosts, min(first_us) AS fromUs, max(complete_us) AS toUs FROM hosts FINAL',
  });
  if (span !== undefined && span.hosts > 0) return { fromUs: span.fromUs, toUs: span.toUs };
  throw new SstoryError('empty', `${fleet.address.text}: no host has sent anything yet`, {
    hint: 'sstory ship --to URL sends the history of a host',
  });
}
