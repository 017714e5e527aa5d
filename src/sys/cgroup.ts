import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Between two walks of the cgroup tree for ids that were not found, microseconds of the caller's clock. */
const WALK_INTERVAL_US = 5_000_000;

/**
 * Paths of cgroups (v2) by id. The id of a cgroup is the inode number of its directory (kernfs); a cgroup that is gone
 * has no path any more, so new ids are looked up soon after they are first seen.
 */
export class CgroupPaths {
  private readonly paths = new Map<number, string>();
  private readonly root = cgroup2Mount();
  private lastWalkUs = Number.NEGATIVE_INFINITY;

  /** The path of a cgroup from the root of the hierarchy (`/system.slice/nginx.service`), undefined while not found. */
  pathOf(id: number, nowUs: number): string | undefined {
    const known = this.paths.get(id);
    if (known !== undefined || this.root === undefined) return known;
    if (nowUs - this.lastWalkUs < WALK_INTERVAL_US) return undefined;
    this.lastWalkUs = nowUs;
    this.walk(this.root, '/');
    return this.paths.get(id);
  }

  private walk(directory: string, path: string): void {
    try {
      this.paths.set(statSync(directory).ino, path);
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        if (entry.isDirectory()) this.walk(join(directory, entry.name), join(path, entry.name));
      }
    } catch {
      // The cgroup went away while it was looked at.
    }
  }
}

/** Where the hierarchy of version 2 is mounted; undefined: nowhere, as on a host with version 1 alone. */
export function cgroup2Mount(): string | undefined {
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const [, mountPoint, type] = line.split(' ');
    if (type === 'cgroup2') return mountPoint;
  }
  return undefined;
}
