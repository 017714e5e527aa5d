/** What a network namespace that a person asks for has of its own now: the names of its interfaces, its port range. */
import type Database from 'better-sqlite3';
import { SstoryError } from '../model/error.js';
import type { Interval } from '../model/interval.js';
import type { NameLookups } from '../model/name-lookups.js';
import type { NetnsPeriod } from '../model/namespace.js';
import { NamespaceHistory } from '../query/namespace-history.js';
import { runAt } from '../query/run-at.js';
import { readHost } from '../sys/host.js';
import { netnsPathOfInode } from '../sys/netns.js';
import { systemLookups } from '../sys/system-lookups.js';
import type { Note } from './note.js';

const OWN = 'the network namespace asked for is gone or cannot be entered: autobound means the local ports of this one';

/**
 * Lookups on this host, inside the network namespace that `periods` selects, as it is now. Where that is gone, or cannot be entered,
 * inside this process's own: a note reports it once it matters.
 * @param periods undefined: none is asked for
 * @param window the time that is asked for; undefined: the whole history
 */
export function lookupsInside(
  database: Database.Database,
  periods: readonly NetnsPeriod[] | undefined,
  window: Interval | undefined,
  note: Note,
): NameLookups {
  const own = systemLookups();
  if (periods === undefined) return own;
  let path: string | undefined;
  let sought = false;
  const inside = <Value>(look: (lookups: NameLookups) => Value, elsewhere: () => Value): Value => {
    if (!sought) path = presentPath(database, periods, window?.toUs ?? Number.MAX_SAFE_INTEGER);
    sought = true;
    if (path === undefined) return elsewhere();
    try {
      return look(systemLookups(path));
    } catch (error) {
      if (!(error instanceof SstoryError && error.code === 'netns')) throw error;
      return elsewhere();
    }
  };
  let noted = false;
  return {
    ...own,
    interfaceIndex: (name) =>
      inside(
        (there) => there.interfaceIndex(name),
        () => own.interfaceIndex(name),
      ),
    localPortRange: () =>
      inside(
        (there) => there.localPortRange(),
        () => {
          if (!noted) note(OWN);
          noted = true;
          return own.localPortRange();
        },
      ),
  };
}

/** The file of the last one of them that is still there; undefined: none is, or they are those of another host or boot. */
function presentPath(
  database: Database.Database,
  periods: readonly NetnsPeriod[],
  untilUs: number,
): string | undefined {
  if (runAt(database, untilUs)?.bootId !== readHost().bootId) return undefined;
  const namespaces = new NamespaceHistory(database);
  for (const { netns, toUs = Number.MAX_SAFE_INTEGER } of periods.toReversed()) {
    // The kernel gives its inode number to another one when it is gone.
    const identity = namespaces.identityAt(netns, Math.min(toUs, untilUs));
    if (identity.at(-1)?.toUs !== undefined) continue;
    const path = netnsPathOfInode(netns);
    if (path !== undefined) return path;
  }
  return undefined;
}
