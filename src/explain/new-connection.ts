/** A new connection between the same two ends, made while an older one failed. */

import type { Connection } from '../model/connection.js';
import type { Step } from '../model/step.js';
import { maskOfStates } from '../model/tcp-state.js';
import { connectionsBetween } from '../query/connections-between.js';
import { storedForms } from './address-forms.js';
import type { ExplainContext } from './context.js';

/** So shortly before the failure it still counts, and so long after it ended: a program that gave up connects again. */
const BEFORE_US = 1_000_000;
const AFTER_US = 60_000_000;

/** The first that was established: to the same address and port, or, of accepted ones, from the address to the same port. */
export function newConnectionTo(
  context: ExplainContext,
  { id, netns, origin, openedUs, tuple }: Connection,
  fromUs: number,
  untilUs: number,
): { readonly begun: Connection; readonly established: Step } | undefined {
  const [sinceUs, toUs] = [fromUs - BEFORE_US, Math.min(untilUs + AFTER_US, context.atUs)];
  const inbound = origin === 'accept';
  const condition = {
    sql: `id <> @id AND netns = @netns AND remote_addr IN (SELECT value FROM json_each(@forms)) AND ${inbound ? 'local_port' : 'remote_port'} = @port
      AND opened_us >= @sinceUs AND (states & ${maskOfStates(['ESTAB'])}) <> 0`,
    params: {
      ...{ id, netns, sinceUs, forms: storedForms([tuple.remoteAddr]) },
      port: inbound ? tuple.localPort : tuple.remotePort,
    },
  };
  let found: { begun: Connection; established: Step } | undefined;
  for (const begun of connectionsBetween(context.database, sinceUs, toUs, condition)) {
    if (!context.isSameNetns(netns, begun.openedUs, openedUs)) continue;
    const established = begun.steps.find(({ newState, atUs }) => newState === 'ESTAB' && atUs <= toUs);
    if (established === undefined || established.atUs >= (found?.established.atUs ?? Infinity)) continue;
    found = { begun, established };
  }
  return found;
}
