import type Database from 'better-sqlite3';
import { type Names, openNames } from '../names/name-thread.js';
import { takeOverNames } from '../store/name-writer.js';
import type { Run, RunRecord } from '../store/runs.js';

/** The part of a recording that hears names. What it has to say begins with `names: `, on stderr as in the run's notes. */
export class NameRecording {
  private constructor(
    /** Undefined: nobody wants names. */
    readonly source: Names | undefined,
    /** What is left out from the start. */
    readonly notes: readonly string[],
  ) {}

  /** Goes on from the recording before. Where DNS answers cannot be heard, hosts files are read all the same. */
  static async start(
    database: Database.Database,
    options: { readonly names: boolean; readonly netns: 'all' | 'self' },
    previous: Run | undefined,
    nowUs: number,
  ): Promise<NameRecording> {
    const known = takeOverNames(database, previous?.endedUs ?? previous?.lastUs ?? 0, nowUs);
    if (!options.names) return new NameRecording(undefined, ['names: not recorded (--no-names)']);
    const names = openNames({ netns: options.netns, known });
    const refusal = await names.ready;
    if (refusal === undefined) return new NameRecording(names, []);
    return new NameRecording(names, [`names: no DNS answers are recorded, hosts files alone (${refusal})`]);
  }

  /** Keeps with the run what is missed, and gives it in words: undefined where nothing was. */
  keepMissed(run: RunRecord): () => string | undefined {
    let text: string | undefined;
    this.source?.onMissed(({ dropped, unreadable }) => {
      text = `names: ${dropped} DNS answers came too fast and are missing, ${unreadable} packets could not be read`;
      try {
        run.note('names', text);
      } catch {
        // The file cannot be written: the next batch says so.
      }
    });
    return () => text;
  }
}
