import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const COOKBOOK = fileURLToPath(new URL('../../../docs/cookbook.md', import.meta.url));

export interface Recipe {
  readonly question: string;
  readonly query: string;
  /** True where the query calls functions that only `sstory sql` has. */
  readonly sstoryOnly: boolean;
}

/** The questions of docs/cookbook.md: a heading of the third level each, with one query below it. */
export function recipes(): Recipe[] {
  return readFileSync(COOKBOOK, 'utf8')
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [question = ''] = section.split('\n', 1);
      const queries = [...section.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(([, query = '']) => query);
      const [query] = queries;
      if (query === undefined || queries.length > 1) throw new Error(`"${question}" has ${queries.length} queries`);
      return { question, query, sstoryOnly: question.includes('*sstory sql*') };
    });
}

/** The recipe whose question begins so. */
export function recipe(start: string): Recipe {
  const found = recipes().filter(({ question }) => question.startsWith(start));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} questions begin with "${start}"`);
  return only;
}
