import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HANDLE_HEADER, openByHandle } from './file-handle.js';
import { closeDescriptor } from './libc.js';

/** Between two walks of the cgroup tree for ids that were not found, microseconds of the caller's clock. */
const WALK_INTERVAL_US = 5_000_000;
/** Ids that are remembered: a host that makes containers all the time has new ones without end. */
const MOST_KNOWN = 50_000;

/** include/linux/exportfs.h: the handle is the id of a kernfs node (Linux 5.5). */
const FILEID_KERNFS = 0xfe;
const ID_BYTES = 8;
const O_PATH = 0o10000000;

/**
 * Paths of cgroups (v2) by id. The id of a cgroup is the inode number of its directory (kernfs); a cgroup that is gone
 * has no path any more, so new ids are looked up soon after they are first seen. Without a hierarchy of version 2 none is found.
 */
export class CgroupPaths {
  private readonly paths = new Map<number, string>();
  private readonly gone = new Set<number>();
  private readonly root = cgroup2Mount();
  /** Of the root; undefined: handles cannot be opened. */
  private mount: number | undefined;
  private lastWalkUs = Number.NEGATIVE_INFINITY;

  constructor() {
    if (this.root === undefined) return;
    this.mount = openDirectory(this.root);
    // Before Linux 5.5 no handle is found: then nothing would seem to exist.
    if (this.byHandle(statSync(this.root).ino) !== '/') this.close();
  }

  /** The path of a cgroup from the root of the hierarchy (`/system.slice/nginx.service`), undefined while not found. */
  pathOf(id: number, nowUs: number): string | undefined {
    const known = this.paths.get(id);
    if (known !== undefined || this.root === undefined || this.gone.has(id)) return known;
    if (this.paths.size > MOST_KNOWN) this.paths.clear();
    if (this.gone.size > MOST_KNOWN) this.gone.clear();
    const path = this.byHandle(id);
    if (path !== undefined) this.paths.set(id, path);
    if (path !== undefined || this.gone.has(id)) return path;
    if (nowUs - this.lastWalkUs < WALK_INTERVAL_US) return undefined;
    this.lastWalkUs = nowUs;
    this.walk(this.root, '/');
    return this.paths.get(id);
  }

  close(): void {
    if (this.mount !== undefined) closeSync(this.mount);
    this.mount = undefined;
  }

  /** Without a walk: by the handle that name_to_handle_at(2) would give. It needs CAP_DAC_READ_SEARCH. */
  private byHandle(id: number): string | undefined {
    const { mount, root } = this;
    if (mount === undefined || root === undefined) return undefined;
    const handle = Buffer.alloc(HANDLE_HEADER + ID_BYTES);
    handle.writeUInt32LE(ID_BYTES, 0);
    handle.writeInt32LE(FILEID_KERNFS, 4);
    handle.writeBigUInt64LE(BigInt(id), HANDLE_HEADER);
    const fd = openByHandle(mount, handle, O_PATH | constants.O_DIRECTORY);
    if (typeof fd !== 'number') {
      // Every other error means that this host, or this process, cannot do it.
      if (fd === 'gone') this.gone.add(id);
      else this.close();
      return undefined;
    }
    try {
      return pathBelow(root, readlinkSync(`/proc/self/fd/${fd}`));
    } finally {
      closeDescriptor(fd);
    }
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

/** The path of a directory from the root of the hierarchy; undefined if it was just removed, or is mounted elsewhere. */
function pathBelow(root: string, directory: string): string | undefined {
  if (directory === root) return '/';
  return directory.startsWith(`${root}/`) && !directory.endsWith(' (deleted)')
    ? directory.slice(root.length)
    : undefined;
}

function openDirectory(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

/**
 * Where the hierarchy of version 2 is mounted and can be seen: /proc/self/mounts lists mounts that others hide, too. Undefined: nowhere, as
 * on a host with version 1 alone.
 */
export function cgroup2Mount(mounts = readFileSync('/proc/self/mounts', 'utf8')): string | undefined {
  for (const line of mounts.split('\n')) {
    const [, mountPoint = '', type] = line.split(' ');
    if (type === 'cgroup2' && existsSync(join(mountPoint, 'cgroup.procs'))) return mountPoint;
  }
  return undefined;
}
