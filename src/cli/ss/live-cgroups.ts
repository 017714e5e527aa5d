import { type RecordedCgroup, recordedCgroup } from '../../model/cgroup.js';
import { CgroupPaths } from '../../sys/cgroup.js';
import type { KnownRow } from '../../view/ss/shown-socket.js';

/** The cgroups of current sockets. */
export class LiveCgroups {
  private readonly paths = new CgroupPaths();
  private readonly known = new Map<number, RecordedCgroup>();

  of({ cgroup: id = 0 }: KnownRow): RecordedCgroup | undefined {
    const known = this.known.get(id);
    if (known !== undefined || id === 0) return known;
    const path = this.paths.pathOf(id, performance.now() * 1_000);
    if (path === undefined) return undefined;
    const cgroup = recordedCgroup(id, path);
    this.known.set(id, cgroup);
    return cgroup;
  }
}
