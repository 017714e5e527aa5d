/** How the words about cgroups compare. src/filter/sql.ts has the same in SQL. */
import type { CgroupPartTerm } from './expression.js';

/** Runtimes and git accept so much of an id. */
const FEWEST_DIGITS = 4;
/** A shorter one is a name. */
export const LEAST_ID_LENGTH = 32;
const BEGINNING_OF_ID = /^[0-9a-f][0-9a-f-]*$/;

/** What a path in `cgroup PATH` begins with, where a slash is added to it. */
export function subtreeOf(wanted: string): string {
  return `${wanted}/`;
}

/** Whether a cgroup is the wanted one, or below it. Everything is below the root, so that stands for itself alone, as for ss. */
export function isInCgroup(path: string | undefined, wanted: string): boolean {
  if (path === undefined) return false;
  return wanted === '/' ? path === '/' : `${path}/`.startsWith(subtreeOf(wanted));
}

/** Whether `container X` or `pod X` may have the beginning of an id. */
export function isBeginning({ kind, text }: CgroupPartTerm): boolean {
  return kind !== 'unit' && text.length >= FEWEST_DIGITS && BEGINNING_OF_ID.test(text);
}

/** Whether the container, pod or unit is the wanted one. */
export function isNamed(part: string | undefined, term: CgroupPartTerm): boolean {
  if (part === undefined) return false;
  return part === term.text || (isBeginning(term) && part.length >= LEAST_ID_LENGTH && part.startsWith(term.text));
}
