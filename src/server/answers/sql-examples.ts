import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SchemaAnswer } from '../contract.js';

const COOKBOOK = fileURLToPath(new URL('../../../../docs/cookbook.md', import.meta.url));

let known: SchemaAnswer['examples'] | undefined;

/** The questions of docs/cookbook.md with their queries; none where the page is not installed. */
export function sqlExamples(): SchemaAnswer['examples'] {
  known ??= examplesIn(cookbook());
  return known;
}

function cookbook(): string {
  try {
    return readFileSync(COOKBOOK, 'utf8');
  } catch {
    return '';
  }
}

/** A question is a heading of the third level, with one query below it. */
function examplesIn(page: string): SchemaAnswer['examples'] {
  return page
    .split(/^### /m)
    .slice(1)
    .flatMap((section) => {
      const [question = ''] = section.split('\n', 1);
      const sql = /^```sql\n([\s\S]*?)^```/m.exec(section)?.[1];
      const title = question.replace(/\s*\(?\*sstory sql\*\)?/, '').trim();
      return sql === undefined ? [] : [{ title, sql: sql.trim() }];
    });
}
