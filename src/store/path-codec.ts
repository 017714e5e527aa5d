/**
 * A connection's steps as one short JSON array in its own row: `[513,171802,[61442837,12000]]`.
 *
 * Each step is one integer, `(at_us - opened_us) * 1024 + source * 256 + old_state * 16 + new_state`; an inferred one is
 * a pair of it and how much earlier it can have been, in microseconds (-1: no lower bound). Plain sqlite3 reads it with
 * json_each(): the view `transitions` does. A row of a table for each step took three times the space and the time.
 */
import { SOURCES, type Source, type Step } from '../model/connection.js';
import { codeOfState, stateOfCode, type TcpState } from '../model/tcp-state.js';

const SCALE = 1024;
/** From here on `delay * SCALE` is no exact double. */
const EXACT_DELAY_US = Number.MAX_SAFE_INTEGER / SCALE - 1;
const SOURCE_CODES: Readonly<Record<Source, number>> = { probe: 0, snapshot: 1, timer: 2 };

/** The text of `path` for a connection opened at `openedUs`. */
export function encodePath(openedUs: number, steps: readonly Step[]): string {
  let text = '[';
  for (const step of steps) {
    if (text.length > 1) text += ',';
    const packed = pack(step.atUs - openedUs, step);
    text +=
      step.notBeforeUs === undefined
        ? packed
        : `[${packed},${step.notBeforeUs === 0 ? -1 : step.atUs - step.notBeforeUs}]`;
  }
  return `${text}]`;
}

function pack(delayUs: number, step: Step): string {
  const code = SOURCE_CODES[step.source] * 256 + codeOfState(step.oldState) * 16 + codeOfState(step.newState);
  if (Math.abs(delayUs) < EXACT_DELAY_US) return String(delayUs * SCALE + code);
  return String(BigInt(delayUs) * BigInt(SCALE) + BigInt(code));
}

/** The steps of a connection opened at `openedUs`. */
export function decodePath(openedUs: number, path: string): Step[] {
  const steps: Step[] = [];
  // JSON.parse takes half the time of a scanner of its own.
  for (const element of JSON.parse(path) as (number | readonly [number, number])[]) {
    const packed = typeof element === 'number' ? element : element[0];
    if (!Number.isSafeInteger(packed)) return decodeLongPath(openedUs, path);
    const delayUs = Math.floor(packed / SCALE);
    const earlierUs = typeof element === 'number' ? undefined : element[1];
    steps.push(stepOf(openedUs + delayUs, packed - delayUs * SCALE, earlierUs));
  }
  return steps;
}

/** With a delay of more than three months: with its code that is beyond what a double holds. */
function decodeLongPath(openedUs: number, path: string): Step[] {
  const elements = path.slice(1, -1).match(/\[-?\d+,-?\d+\]|-?\d+/g) ?? [];
  return elements.map((element) => {
    const [packed = '0', earlierUs] = element.replace(/[[\]]/g, '').split(',');
    const value = BigInt(packed);
    const atUs = openedUs + Number(value >> 10n);
    return stepOf(atUs, Number(value & 1023n), earlierUs === undefined ? undefined : Number(earlierUs));
  });
}

function stepOf(atUs: number, code: number, earlierUs: number | undefined): Step {
  return {
    atUs,
    notBeforeUs: earlierUs === undefined ? undefined : earlierUs < 0 ? 0 : atUs - earlierUs,
    oldState: stateName((code >> 4) & 15),
    newState: stateName(code & 15),
    source: SOURCES[code >> 8] ?? 'snapshot',
  };
}

function stateName(code: number): TcpState {
  return stateOfCode(code) ?? 'UNCONN';
}

/** A bit for each state that the connection was ever in, `1 << code`: what "was ever in SYN-SENT" is asked of. */
export function statesMask(state: TcpState, steps: readonly Step[]): number {
  let mask = 1 << codeOfState(state);
  for (const step of steps) mask |= 1 << codeOfState(step.newState);
  return mask;
}
