import type Database from 'better-sqlite3';
import { counted } from '../model/counted.js';
import type { Gap } from '../model/gap.js';
import { type Run, runEndUs } from '../model/run.js';
import type { RunNote } from '../model/run-note.js';
import { type Names, openNames } from '../names/name-thread.js';
import { takeOverNames } from '../store/name-writer.js';

/** The source of names of a run, and its notes about what it misses. */
export class NameSource {
  private constructor(
    /** Undefined: names are not recorded. */
    readonly source: Names | undefined,
    /** What is left out from the start. */
    readonly notes: readonly RunNote[],
  ) {}

  /** Continues from the previous run. Where DNS answers cannot be received, hosts files are still read. */
  static async start(
    database: Database.Database,
    options: { readonly names: boolean; readonly netns: 'all' | 'self' },
    previous: Run | undefined,
    nowUs: number,
  ): Promise<NameSource> {
    const known = takeOverNames(database, previous === undefined ? 0 : runEndUs(previous), nowUs);
    if (!options.names) return new NameSource(undefined, [nameNote('not recorded (--no-names)')]);
    const names = openNames({ netns: options.netns, known });
    const refusal = await names.ready;
    if (refusal === undefined) return new NameSource(names, []);
    return new NameSource(names, [nameNote(`DNS answers are not recorded, only hosts files (${refusal})`)]);
  }

  /**
   * Keeps with the run what is missed, and records a gap for answers that the kernel dropped. Returns a function that gives the latest
   * note: undefined where nothing was missed.
   */
  keepMissed(keep: (note: RunNote) => void, recordGap: (gap: Gap) => void): () => RunNote | undefined {
    let latest: RunNote | undefined;
    this.source?.onMissed(({ dropped, unreadable, lately }) => {
      if (lately.dropped > 0)
        recordGap({ ...lately.period, cpu: undefined, lost: lately.dropped, reason: 'overrun', scope: 'names' });
      latest = nameNote(missedText(dropped, unreadable));
      keep(latest);
    });
    return () => latest;
  }
}

function missedText(dropped: number, unreadable: number): string {
  return `${counted(dropped, 'DNS answer')} dropped, ${counted(unreadable, 'packet')} could not be read`;
}

function nameNote(text: string): RunNote {
  return { subject: 'names', text };
}
