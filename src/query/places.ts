import type Database from 'better-sqlite3';
import type { RecordedCgroup } from '../model/cgroup.js';
import type { Connection } from '../model/connection.js';
import type { Place } from '../model/place.js';
import { NamespaceHistory } from './namespace-history.js';

type Placed = Pick<Connection, 'netns' | 'cgroup' | 'openedUs' | 'closedUs'>;

interface CgroupRow {
  readonly id: number;
  readonly path: string;
  readonly container: string | null;
  readonly pod: string | null;
  readonly unit: string | null;
}

/** Looks up where connections are, or were. */
export class Places {
  readonly namespaces: NamespaceHistory;
  private readonly cgroups = new Map<number, RecordedCgroup>();
  private readonly select: Database.Statement<[number], CgroupRow>;

  constructor(database: Database.Database) {
    this.namespaces = new NamespaceHistory(database);
    this.select = database.prepare('SELECT id, path, container, pod, unit FROM cgroup WHERE id = ?');
  }

  /** With the name that the namespace had at a time. */
  at(connection: Placed, us: number): Place {
    return { netnsName: this.namespaces.nameAt(connection.netns, us), cgroup: this.cgroupOf(connection) };
  }

  /** With the last name that the namespace had while the connection existed, up to a time. */
  during(connection: Placed, untilUs = Number.MAX_SAFE_INTEGER): Place {
    const { netns, openedUs, closedUs = untilUs } = connection;
    const netnsName = this.namespaces.nameDuring(netns, openedUs, Math.min(closedUs, untilUs));
    return { netnsName, cgroup: this.cgroupOf(connection) };
  }

  /** The name that the namespace of a connection had at a time. */
  netnsNameAt({ netns }: Pick<Connection, 'netns'>, us: number): string | undefined {
    return this.namespaces.nameAt(netns, us);
  }

  /** The cgroup of a connection, if its path is known. */
  cgroupOf({ cgroup: id }: Pick<Connection, 'cgroup'>): RecordedCgroup | undefined {
    if (id === undefined) return undefined;
    const known = this.cgroups.get(id);
    if (known !== undefined) return known;
    // A path that is not known yet may be by the next time.
    const row = this.select.get(id);
    if (row === undefined) return undefined;
    const { container, pod, unit } = row;
    const found: RecordedCgroup = {
      ...row,
      container: container ?? undefined,
      pod: pod ?? undefined,
      unit: unit ?? undefined,
    };
    this.cgroups.set(id, found);
    return found;
  }
}
