/** Mistyped characters, as a share of the word, up to which another one may be meant. */
const MOST_CHANGED = 0.4;

/** The word that a mistyped one most likely means: it begins with it, or few characters differ; undefined: none does. */
export function closestWord(typed: string, words: readonly string[]): string | undefined {
  const begun = words.filter((word) => typed.length > 1 && word.startsWith(typed));
  if (begun.length === 1) return begun[0];
  const [best] = words
    .map((word) => ({ word, changes: changesBetween(typed, word) }))
    .filter(({ word, changes }) => changes <= MOST_CHANGED * Math.max(word.length, typed.length))
    .sort((one, other) => one.changes - other.changes);
  return best?.word;
}

/** How many characters were inserted, left out, replaced, or swapped with the next one (Damerau and Levenshtein). */
function changesBetween(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let line = 1; line <= one.length; line++) {
    const next = [line];
    for (let column = 1; column <= other.length; column++) {
      const same = one[line - 1] === other[column - 1];
      const swapped =
        line > 1 && column > 1 && one[line - 1] === other[column - 2] && one[line - 2] === other[column - 1];
      next[column] = Math.min(
        (row[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (row[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}
