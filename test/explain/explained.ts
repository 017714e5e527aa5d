/** Histories written for a test, and their explanations as text. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExplainContext, type LocalPorts } from '../../src/explain/context.js';
import { explain } from '../../src/explain/explain.js';
import type { Explanation } from '../../src/explain/explanation.js';
import { subjectAt } from '../../src/explain/subject.js';
import { connectionById } from '../../src/query/connection-by-id.js';
import { recordedSpan } from '../../src/query/span.js';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { explanationLines } from '../../src/view/explanation-lines.js';
import { usAt, type Written, writeHistory } from '../lab/history.js';

export interface Story extends Written {
  /** Connections that closed up to then were deleted, seconds. */
  readonly prunedThroughS?: number;
  /** Of every namespace. */
  readonly localPorts?: LocalPorts;
}

/** Writes a history, runs `ask` on it, and deletes it. */
export function inHistory<T>(story: Story, ask: (context: (atS?: number) => ExplainContext) => T): T {
  const { localPorts, prunedThroughS, ...written } = story;
  const directory = mkdtempSync(join(tmpdir(), 'sstory-explain-'));
  const path = join(directory, 'history.db');
  try {
    writeHistory(path, written);
    const writing = openForWriting(path);
    if (prunedThroughS !== undefined) {
      writing
        .prepare("INSERT INTO prunings (at_us, through_us, connections, reason) VALUES (@us, @us, 7, 'age')")
        .run({ us: usAt(prunedThroughS) });
    }
    writing.close();
    const database = openForReading(path);
    try {
      const span = recordedSpan(database);
      if (span === undefined) throw new Error('nothing was written');
      return ask(
        (atS) =>
          new ExplainContext(database, span, {
            atUs: atS === undefined ? undefined : usAt(atS),
            localPorts: () => localPorts,
          }),
      );
    } finally {
      database.close();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The explanation of connection `id`, at `atS` seconds or at the end. */
export function explanationOf(story: Story, id = 1, atS?: number): Explanation {
  return inHistory(story, (contextAt) => {
    const context = contextAt(atS);
    const connection = connectionById(context.database, id);
    const subject = connection === undefined ? undefined : subjectAt(connection, context.atUs);
    if (subject === undefined) throw new Error(`no connection ${id} then`);
    return explain(subject, context);
  });
}

const NOWHERE = { during: () => ({ netnsName: undefined, cgroup: undefined }) };

/** The sentences with their evidence, unwrapped, times without their date. */
export function explainedText(story: Story, id = 1, atS?: number): string {
  return explanationLines(explanationOf(story, id, atS), NOWHERE, 100_000)
    .slice(1)
    .map((line) => line.trim())
    .join('\n');
}

/** `HH:MM:SS.micros` of a time in a history, as explanations write it. */
export function clock(atS: number): string {
  const date = new Date(Math.floor(usAt(atS) / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const micros = String(usAt(atS) % 1_000_000).padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}
