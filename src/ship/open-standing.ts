/** What of an open connection is sent at once when it changes: explanations of a fleet rest on it. */

import type { Connection } from '../model/connection.js';
import { JIFFIES_US, WORRYING_RETRANSMITS } from '../model/sample.js';

/** What its last sample has of it. */
export interface LastSample {
  readonly id: number;
  readonly at_us: number;
  readonly recv_q: number;
  readonly send_q: number;
  readonly timer: string;
  readonly retrans: number;
  readonly last_data_sent_ms: number | null;
}

const MINUTE_US = 60_000_000;

/**
 * A text that changes when the connection is to be sent again. Of listeners: how many wait in the accept queue. Of others: a receive window
 * of zero, and several retransmits in a row; in CLOSE-WAIT, the minute in which data was last sent. Empty: nothing of it.
 */
export function standingOf({ state, steps }: Connection, sample: LastSample | undefined): string {
  if (sample === undefined) return '';
  const { at_us, recv_q, send_q, timer, retrans, last_data_sent_ms } = sample;
  if (state === 'LISTEN') return recv_q === 0 ? '' : `${recv_q} of ${send_q}`;
  const stuck = timer === 'persist' || retrans >= WORRYING_RETRANSMITS ? `${timer} ${retrans} ${send_q}` : '';
  if (state !== 'CLOSE-WAIT' || last_data_sent_ms === null) return stuck;
  const sentUs = at_us - 1_000 * last_data_sent_ms;
  const halfClosedUs = steps.at(-1)?.atUs ?? at_us;
  return sentUs <= halfClosedUs + JIFFIES_US ? stuck : `${stuck} ${Math.floor(sentUs / MINUTE_US)}`;
}
