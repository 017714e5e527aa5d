/** Connections that have the same address and port at both ends. */
import type { FleetCondition } from '../../filter/clickhouse.js';
import { casesSql, OF_CONNECTION, timesIn } from './cases.js';

const SELF_CONNECTED = 'local_port = remote_port AND local_port != 0 AND local_addr = remote_addr';

export function selfConnectsSql(condition: FleetCondition | undefined): string {
  const established = timesIn(['ESTAB'], { condition, having: SELF_CONNECTED });
  return casesSql(
    {
      ...OF_CONNECTION,
      ...{ kind: "'self-connect'", is_outgoing: '1', address: 'toString(remote_addr)', port: 'remote_port' },
      ...{ from_us: 'since', until_us: 'ends', lasted_us: 'ends - since', is_over: 'is_past' },
    },
    established,
    '',
  );
}
