/**
 * What the path of a cgroup says about the processes in it: the container, the pod, the unit of systemd. Container runtimes have two
 * ways of naming cgroups, the drivers `cgroupfs` and `systemd`; nested ones put theirs below the outer one's.
 */

/** undefined: the path names none. */
export interface CgroupParts {
  /** The id that the runtime shows (64 hexadecimal digits for most), or the name of an LXC or systemd-nspawn container: the innermost. */
  readonly container: string | undefined;
  /** The UID of the Kubernetes pod, with dashes; the id of a podman pod. The innermost. */
  readonly pod: string | undefined;
  /** What `systemctl status PID` shows on the host; of a process of a user manager, what `systemctl --user status PID` shows. */
  readonly unit: string | undefined;
}

/** A cgroup with its path: a row of the table `cgroup`. */
export interface RecordedCgroup extends CgroupParts {
  /** The inode number of its directory, which no other cgroup has until the host is booted. */
  readonly id: number;
  /** From the root of the hierarchy: `/system.slice/nginx.service`. */
  readonly path: string;
}

/** A cgroup with what its path says. */
export function recordedCgroup(id: number, path: string): RecordedCgroup {
  return { id, path, ...cgroupParts(path) };
}

/** Where the hierarchy of version 2 is mounted: alone, and beside those of version 1. */
const MOUNTS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/** What `/` stands for: as for ss the root directory of the file system, not a cgroup. The root cgroup is the mount point. */
export const NO_CGROUP = '//';

/** The path of a cgroup from the root of the hierarchy, of one that a user typed: with its mount point, or without the first slash. */
export function cgroupPathOf(text: string, mounts: readonly string[] = MOUNTS): string {
  if (/^\/+$/.test(text)) return NO_CGROUP;
  const mount = mounts.find((each) => text === each || text.startsWith(`${each}/`)) ?? '';
  const names = text
    .slice(mount.length)
    .split('/')
    .filter((name) => name !== '');
  return `/${names.join('/')}`;
}

/** What a path from the root of the cgroup v2 hierarchy says. */
export function cgroupParts(path: string): CgroupParts {
  const names = path.split('/').filter((name) => name !== '');
  return {
    container: lastOf(names, containerOf),
    // containerd without its systemd driver takes `SLICE:PREFIX:ID`, which is meant for systemd, for one name.
    pod: lastOf(
      names.flatMap((name) => name.split(':')),
      podOf,
    ),
    unit: unitOf(names),
  };
}

function lastOf(
  names: readonly string[],
  partOf: (name: string, parent: string | undefined) => string | undefined,
): string | undefined {
  for (let at = names.length - 1; at >= 0; at--) {
    const part = partOf(names[at] ?? '', names[at - 1]);
    if (part !== undefined) return part;
  }
  return undefined;
}

/** `ID`, `docker-ID.scope`, `cri-containerd-ID.scope`, `libpod-payload-ID`, `PREFIX:ID`; not `libpod-conmon-ID.scope`. */
const ID_NAME = /^(?:(.+)[-_:])?([0-9a-f]{64})(?:\.scope)?$/;
/** The process beside a container that watches it. */
const MONITOR = /(?:^|-)conmon$/;
/** A task of Amazon ECS on Fargate. */
const FARGATE_NAME = /^[0-9a-f]{32}-\d+$/;
/** A build step of BuildKit, below the directory `buildkit`. */
const BUILD_STEP = /^[0-9a-z]{25}$/;
/** LXC 4 and later, and LXD. Up to LXC 3: `lxc/NAME`, `lxc.payload/NAME`. */
const LXC_NAME = /^lxc\.payload\.(.+)$/;
const LXC_PARENTS = new Set(['lxc', 'lxc.payload']);
/** systemd-nspawn, and libvirt's LXC driver; its virtual machines are `machine-qemu\x2dID\x2dNAME.scope`. */
const MACHINE_NAME = /^(?:machine-|systemd-nspawn@)(.+)\.(?:scope|service)$/;
const VIRTUAL_MACHINE = /^qemu\\x2d/;

function containerOf(name: string, parent = ''): string | undefined {
  const [, prefix = '', id] = ID_NAME.exec(name) ?? [];
  if (id !== undefined) return MONITOR.test(prefix) || prefix.includes('libpod_pod') ? undefined : id;
  if (FARGATE_NAME.test(name) || (parent === 'buildkit' && BUILD_STEP.test(name))) return name;
  const lxc = LXC_NAME.exec(name)?.[1] ?? (LXC_PARENTS.has(parent) ? name : undefined);
  if (lxc !== undefined) return lxc;
  const machine = MACHINE_NAME.exec(name)?.[1];
  return machine === undefined || VIRTUAL_MACHINE.test(machine) ? undefined : unescaped(machine);
}

/** The UID as the API server gives it, with the underscores that the systemd driver makes of dashes; of a static pod, a hash. */
const POD_NAME =
  /(?:^|[-_])pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?$/;
const PODMAN_POD_NAME = /(?:^|-)libpod_pod_([0-9a-f]{64})(?:\.slice)?$/;

function podOf(name: string): string | undefined {
  return PODMAN_POD_NAME.exec(name)?.[1] ?? POD_NAME.exec(name)?.[1]?.replaceAll('_', '-');
}

/** Names of units, of the types that have a cgroup (systemd.unit(5)); `name@.service` is a template, which never runs. */
const UNIT = /^[A-Za-z0-9:_.\\-]+(?:@[A-Za-z0-9:_.\\@-]+)?\.(?:service|scope|slice|socket|mount|swap)$/;
const MOST_UNIT_NAME = 255;
const USER_MANAGER = /^user@\d+\.service$/;
const SESSION = /^session-[A-Za-z0-9]+\.scope$/;

/** As sd_pid_get_user_unit(3), and where that has none sd_pid_get_unit(3): cg_path_get_user_unit() of systemd's cgroup-util.c. */
function unitOf(names: readonly string[]): string | undefined {
  const below = withoutSlices(names);
  const system = firstUnit(below);
  if (system === undefined || !(USER_MANAGER.test(system) || SESSION.test(system))) return system;
  const user = firstUnit(withoutSlices(below.slice(1)));
  // The manager itself: every user's has the name of the host's first process.
  return user === undefined || user === 'init.scope' ? system : user;
}

function withoutSlices(names: readonly string[]): readonly string[] {
  const first = names.findIndex((name) => !(name.endsWith('.slice') && isUnit(unprefixed(name))));
  return first < 0 ? [] : names.slice(first);
}

function firstUnit([first = '']: readonly string[]): string | undefined {
  const name = unprefixed(first);
  return isUnit(name) && !name.endsWith('.slice') ? name : undefined;
}

function isUnit(name: string): boolean {
  return name.length <= MOST_UNIT_NAME && UNIT.test(name);
}

/** systemd puts `_` before a name that the kernel could use: `_cpu.service`. */
function unprefixed(name: string): string {
  return name.startsWith('_') ? name.slice(1) : name;
}

/** systemd.unit(5) writes other characters as `\x2d`: bytes of UTF-8. */
function unescaped(name: string): string {
  const bytes = name.replace(/\\x([0-9a-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return bytes === name ? name : Buffer.from(bytes, 'latin1').toString('utf8');
}
