import type { Connection } from '../model/connection.js';
import type { SampleRow } from '../model/sample.js';
import { codeOfState, dataBytes, hasTheirFin } from '../model/tcp-state.js';

/** The bytes of data that its process had not read when it was sampled: the peer's FIN is not one of them. */
export function unreadBytes(connection: Connection, { recv_q, at_us }: Pick<SampleRow, 'recv_q' | 'at_us'>): number {
  return dataBytes(recv_q, hadTheirFin(connection, at_us));
}

/** The bytes of data that it had received when it was sampled. */
export function payloadReceived(
  connection: Connection,
  { bytes_received, at_us }: Pick<SampleRow, 'bytes_received' | 'at_us'>,
): number | undefined {
  return bytes_received === null ? undefined : dataBytes(bytes_received, hadTheirFin(connection, at_us));
}

function hadTheirFin({ steps }: Connection, us: number): boolean {
  return steps.some(({ newState, atUs }) => atUs <= us && hasTheirFin(1 << codeOfState(newState)));
}
