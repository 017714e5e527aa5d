/** One connection of a fleet, explained from what its host sent of it and of those around it. */
import { ExplainContext } from '../../explain/context.js';
import { explain } from '../../explain/explain.js';
import type { TroubleKind } from '../../explain/explanation.js';
import { subjectAt } from '../../explain/subject.js';
import type { FleetCondition } from '../../filter/clickhouse.js';
import type { FleetClient } from '../../fleet/client.js';
import type { FleetConnection } from '../../fleet/connection-of-row.js';
import { MOST_NEAR } from '../../fleet/page/host-slice.js';
import { printable } from '../../model/printable.js';
import { Places } from '../../query/places.js';
import { connectionOfId } from '../../request/connection-ids.js';
import { localPortsOf } from '../../request/local-ports.js';
import { spanOf } from '../../request/recorded-window.js';
import { explanationJson } from '../../view/explanation-json.js';
import { explanationLines } from '../../view/explanation-lines.js';
import { closing } from '../closing.js';
import { say } from '../output/say.js';
import { sliceOf } from './slice-file.js';

/** An explanation looks at what happened up to so long before the connection was opened, microseconds. */
const BEFORE_US = 3_600_000_000;

export interface ExplainedExample {
  /** As `sstory explain` on the host prints it, with the host before the id: `web-1:25  10.4.1.9:54816 > ...`. */
  readonly lines: readonly string[];
  readonly json: string;
  readonly troubles: readonly TroubleKind[];
}

/** Undefined: there is nothing to say of it, since it did not exist yet at that time. */
export async function explainedExample(
  fleet: FleetClient,
  { connection, machine }: FleetConnection,
  { atUs, width }: { readonly atUs: number; readonly width: number },
): Promise<ExplainedExample | undefined> {
  const untilUs = Math.min(atUs, connection.closedUs ?? atUs);
  const window = { fromUs: connection.openedUs - BEFORE_US, toUs: untilUs };
  const slice = {
    ...machine,
    window,
    condition: around(connection),
    near: { id: connection.id, openedUs: connection.openedUs },
  };
  const { database, isCut } = await sliceOf(fleet, slice);
  using _slice = closing(database);
  if (isCut) say(nearestOnly(machine.host, connection.id));
  const span = spanOf(database, machine.host);
  const own = connectionOfId(database, connection.id, machine.host);
  const subject = subjectAt(own, untilUs);
  if (subject === undefined) return undefined;
  const context = new ExplainContext(database, span, { atUs: untilUs, localPorts: localPortsOf(database, untilUs) });
  const explanation = explain(subject, context);
  const places = new Places(database);
  const lines = explanationLines(explanation, places, width);
  return {
    lines: lines.map((line) => line.replace(/^#/, () => `${printable(machine.host)}:`)),
    json: explanationJson(explanation, places),
    troubles: explanation.troubles,
  };
}

function nearestOnly(host: string, id: number): string {
  const most = MOST_NEAR.toLocaleString('en');
  return `${host}:${id}: of more than ${most} connections with the same peer or port, the ${most} nearest in time are looked at`;
}

/** What has an end in common with it, and the listeners of its host. */
function around({ id, tuple, origin }: FleetConnection['connection']): FleetCondition {
  const [service, column] = origin === 'accept' ? [tuple.localPort, 'local_port'] : [tuple.remotePort, 'remote_port'];
  return {
    sql: `connection_id = {ofId:Int64} OR remote_addr = toIPv6({ofAddress:String}) OR ${column} = {ofPort:UInt16}
      OR origin = 'listen' OR local_port = {ofLocalPort:UInt16}`,
    params: { ofId: id, ofAddress: tuple.remoteAddr, ofPort: service, ofLocalPort: tuple.localPort },
  };
}
