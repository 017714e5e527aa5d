/**
 * The steps of the column `path`, read inside SQLite. A step is one integer, which STEP_SQL of model/path-layout.ts takes apart, or
 * an array that begins with it where the step was inferred.
 */

/** The packed step at a place of `path`, counted from the end: 1 is the last one. */
export function stepFromEnd(place: number): string {
  const at = `'$[#-${place}]'`;
  return `CASE json_type(path, ${at}) WHEN 'array' THEN json_extract(path, '$[#-${place}][0]') ELSE json_extract(path, ${at}) END`;
}

/** The packed step of a row of json_each(path). */
export const STEP_OF_ELEMENT = `CASE type WHEN 'array' THEN json_extract(value, '$[0]') ELSE value END`;
