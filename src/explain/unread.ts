import type { Connection } from '../model/connection.js';
import type { SampleRow } from '../model/sample.js';
import { codeOfState, dataBytes, hasTheirFin } from '../model/tcp-state.js';

/** The bytes of data that its process had not read when it was sampled: the peer's FIN is not one of them. */
export function unreadBytes({ steps }: Connection, { recv_q, at_us }: Pick<SampleRow, 'recv_q' | 'at_us'>): number {
  const withFin = steps.some(({ newState, atUs }) => atUs <= at_us && hasTheirFin(1 << codeOfState(newState)));
  return dataBytes(recv_q, withFin);
}
