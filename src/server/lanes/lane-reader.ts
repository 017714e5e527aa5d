/** Reads the connections of a page of lanes, with what happened to them. */
import type Database from 'better-sqlite3';
import type { Connection } from '../../model/connection.js';
import type { Interval } from '../../model/interval.js';
import { shownState } from '../../model/tcp-state.js';
import { type NameAt, NameHistory } from '../../query/name-history.js';
import type { Places } from '../../query/places.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../../store/socket-columns.js';
import type { Lane } from '../contract.js';
import { LaneCanvas } from './lane-canvas.js';
import { laneMarkers } from './lane-markers.js';
import { isStale, nameMarkers } from './lane-names.js';
import { Pixels } from './pixels.js';
import { putSegments } from './segments.js';

/** Lanes that are read together. */
const LANES_A_READ = 500;

export interface LaneWindow {
  readonly window: Interval;
  readonly width: number;
  /** Up to where the history is known. */
  readonly knownUs: number;
}

/** Lanes of connections, in the order of their ids as given. Those that were pruned meanwhile are left out. */
export class LaneReader {
  private readonly names: NameHistory;

  constructor(
    private readonly database: Database.Database,
    private readonly places: Places,
  ) {
    this.names = new NameHistory(database);
  }

  /** Read as they are asked for, a few hundred at a time. */
  *lanesOfIds(ids: readonly number[], range: LaneWindow): Generator<Lane> {
    for (let at = 0; at < ids.length; at += LANES_A_READ)
      yield* this.lanes(this.connectionsOf(ids.slice(at, at + LANES_A_READ)), range);
  }

  private connectionsOf(ids: readonly number[]): Connection[] {
    const rows = this.database
      .prepare(`SELECT ${CONNECTION_COLUMNS} FROM socket WHERE id IN (SELECT value FROM json_each(?))`)
      .raw()
      .all(JSON.stringify(ids)) as SocketValues[];
    const byId = new Map(rows.map((row) => [row[0], row]));
    return ids.flatMap((id) => {
      const row = byId.get(id);
      return row === undefined ? [] : [connectionOfValues(row)];
    });
  }

  lanes(connections: readonly Connection[], { window, width, knownUs }: LaneWindow): Lane[] {
    const pixels = new Pixels(window, width);
    const canvas = new LaneCanvas(pixels, knownUs);
    const markers = laneMarkers(this.database, connections, pixels);
    return connections.map((connection) => {
      putSegments(connection, canvas.put);
      const { tuple, openedUs, netns, id } = connection;
      const name = this.names.nameAt(tuple.remoteAddr, openedUs, netns);
      return {
        ...this.facts(connection, name, window),
        runs: canvas.take(),
        markers: [...(markers.get(id) ?? []), ...nameMarkers(connection, name, pixels)],
      };
    });
  }

  private facts(connection: Connection, name: NameAt | undefined, { toUs }: Interval): Omit<Lane, 'runs' | 'markers'> {
    const { id, netns, tuple, openedUs, closedUs, steps } = connection;
    const place = this.places.during(connection);
    const last = steps.findLast(({ atUs }) => atUs <= toUs)?.newState ?? steps[0]?.newState ?? 'UNCONN';
    return {
      connection_id: id,
      ...{ netns, netns_name: place.netnsName ?? null },
      ...{ family: tuple.family, local_addr: tuple.localAddr, local_port: tuple.localPort },
      ...{ remote_addr: tuple.remoteAddr, remote_port: tuple.remotePort },
      remote_name: name === undefined || name.status === 'ended' ? null : name.name,
      stale_name: isStale(connection, name) ? { name: name.name, ended_us: name.toUs } : null,
      ...{ origin: connection.origin, pid: connection.pid ?? null, comm: connection.comm ?? null },
      ...{ container: place.cgroup?.container ?? null, unit: place.cgroup?.unit ?? null },
      ...{ opened_us: openedUs, closed_us: closedUs ?? null, close_reason: connection.closeReason ?? null },
      state: shownState(last),
    };
  }
}
