import { readFileSync, statSync } from 'node:fs';
import type { NameRecord } from '../model/name.js';
import type { NetnsPath } from '../sys/netns.js';
import { type HostsEntry, parseHosts } from './hosts-file.js';

/** Valid records of all namespaces together, at most. */
const MOST_RECORDS = 20_000;
const MOST_FILE_BYTES = 4_194_304;

interface Watched {
  path: string;
  /** Inode, size and time of change when it was read; undefined: not read, or missing. */
  version: string | undefined;
  records: ReadonlyMap<string, NameRecord>;
  /** It was missing at the last look. */
  missing: boolean;
}

/** The files by path: tests pass their own. */
export interface HostsFiles {
  /** A text that differs whenever the file does; undefined where the file is missing. */
  version(path: string): { readonly version: string; readonly changedUs: number } | undefined;
  read(path: string): string;
}

/** The hosts file that the processes of each namespace see, and what changes in it. */
export class HostsWatch {
  private readonly watched = new Map<number, Watched>();
  private parsed = new Map<string, readonly HostsEntry[]>();
  private count = 0;
  private stale = false;

  constructor(private readonly files: HostsFiles = hostsFiles) {}

  /** Watches the files of these namespaces and no others. The records of those that no longer exist end: they are returned. */
  follow(places: readonly NetnsPath[], nowUs: number): NameRecord[] {
    const living = new Map(places.map((place) => [place.netns, hostsPathOf(place)]));
    const ended: NameRecord[] = [];
    for (const [netns, { records }] of this.watched) {
      if (living.has(netns)) continue;
      for (const record of records.values()) ended.push({ ...record, toUs: nowUs });
      this.count -= records.size;
      this.watched.delete(netns);
    }
    for (const [netns, path] of living) {
      const known = this.watched.get(netns);
      if (known === undefined)
        this.watched.set(netns, { path, version: undefined, records: new Map(), missing: false });
      else known.path = path;
    }
    return ended;
  }

  /** A file was gone at the last look, perhaps with the process by which it was seen: the namespaces must be listed again. */
  takeStale(): boolean {
    const { stale } = this;
    this.stale = false;
    return stale;
  }

  /** The records that began or ended since the last look, which was at `lastUs`. */
  look(lastUs: number, nowUs: number): NameRecord[] {
    const changed: NameRecord[] = [];
    this.parsed = new Map();
    for (const [netns, watched] of this.watched) {
      const found = this.files.version(watched.path);
      if (found?.version === watched.version) continue;
      const isNewlyMissing = found === undefined && !watched.missing;
      watched.missing = found === undefined;
      if (isNewlyMissing) {
        this.stale = true;
        continue;
      }
      const known = watched.version !== undefined || watched.records.size > 0;
      watched.version = found?.version;
      // The file's own time is more exact than the look's, if it lies between two looks.
      const atUs = known && found !== undefined && found.changedUs > lastUs ? Math.min(found.changedUs, nowUs) : nowUs;
      const entries = found === undefined ? [] : this.entriesOf(watched.path, found.version);
      changed.push(...this.compare(watched, entries, netns, atUs));
    }
    return changed;
  }

  private entriesOf(path: string, version: string): readonly HostsEntry[] {
    let entries = this.parsed.get(version);
    if (entries === undefined) {
      entries = parseHosts(this.files.read(path));
      this.parsed.set(version, entries);
    }
    return entries;
  }

  private compare(watched: Watched, entries: readonly HostsEntry[], netns: number, atUs: number): NameRecord[] {
    const before = watched.records;
    const now = new Map<string, NameRecord>();
    const changed: NameRecord[] = [];
    this.count -= before.size;
    for (const { name, address } of entries) {
      const key = `${address} ${name}`;
      const known = before.get(key);
      if (this.count + now.size >= MOST_RECORDS) break;
      const record = known ?? {
        name,
        address,
        fromUs: atUs,
        toUs: undefined,
        source: 'hosts',
        netns,
        ended: undefined,
      };
      now.set(key, record);
      if (known === undefined) changed.push(record);
    }
    for (const [key, record] of before)
      if (!now.has(key)) changed.push({ ...record, toUs: Math.max(atUs, record.fromUs), ended: 'removed' });
    this.count += now.size;
    watched.records = now;
    return changed;
  }
}

/**
 * The hosts file of a namespace: that of the process by which it was found, in its own mount namespace; of one that is only bound
 * to a file, the one that `ip netns exec` would show, or else the host's.
 */
export function hostsPathOf({ path }: NetnsPath): string {
  const pid = /^\/proc\/(\d+)\/ns\/net$/.exec(path)?.[1];
  if (pid !== undefined) return `/proc/${pid}/root/etc/hosts`;
  const name = /^\/run\/netns\/([^/]+)$/.exec(path)?.[1];
  const own = name === undefined ? undefined : `/etc/netns/${name}/hosts`;
  return own !== undefined && statSync(own, { throwIfNoEntry: false }) !== undefined ? own : '/etc/hosts';
}

const hostsFiles: HostsFiles = {
  version: (path) => {
    try {
      const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
      if (size > MOST_FILE_BYTES) return undefined;
      return { version: `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`, changedUs: Math.floor(mtimeMs * 1000) };
    } catch {
      return undefined;
    }
  },
  read: (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  },
};
