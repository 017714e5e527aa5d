/**
 * The steps of the column `path`, read inside SQLite. A step is one integer, `delay * 1024 + code` (see PackedSteps), or an array
 * that begins with it where the step was inferred.
 */

/** The packed step at a place of `path`, counted from the end: 1 is the last one. */
export function stepFromEnd(place: number): string {
  const at = `'$[#-${place}]'`;
  return `CASE json_type(path, ${at}) WHEN 'array' THEN json_extract(path, '$[#-${place}][0]') ELSE json_extract(path, ${at}) END`;
}

/** The packed step of a row of json_each(path). */
export const STEP_OF_ELEMENT = `CASE type WHEN 'array' THEN json_extract(value, '$[0]') ELSE value END`;

/** When a packed step was, in microseconds after the opening. */
export function delayOfStep(step: string): string {
  return `((${step}) >> 10)`;
}

/** The kernel's code of the state that a packed step led into. */
export function stateOfStep(step: string): string {
  return `((${step}) & 15)`;
}
