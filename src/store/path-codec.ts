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
  return decodeShort(openedUs, path) ?? decodeAny(openedUs, path);
}

/** Integers of more digits may be no exact double. */
const SHORT_DIGITS = 15;
const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const OPENING = 91;
const CLOSING = 93;

/** Reads a path character by character, ten times as fast as by regular expression; undefined where a number is too long. */
function decodeShort(openedUs: number, path: string): Step[] | undefined {
  const steps: Step[] = [];
  const end = path.length;
  let inPair = false;
  let packed: number | undefined;
  for (let place = 1; place < end; place++) {
    let char = path.charCodeAt(place);
    if (char === OPENING) {
      inPair = true;
    } else if (char === CLOSING) {
      inPair = false;
    } else if (char === MINUS || (char >= ZERO && char <= NINE)) {
      const isNegative = char === MINUS;
      if (isNegative) char = path.charCodeAt(++place);
      const from = place;
      let value = 0;
      for (; char >= ZERO && char <= NINE; char = path.charCodeAt(++place)) value = value * 10 + char - ZERO;
      if (place - from > SHORT_DIGITS) return undefined;
      // Back to the last digit: what follows it is looked at in the next turn.
      place--;
      if (isNegative) value = -value;
      if (!inPair) {
        steps.push(stepOf(openedUs, Math.floor(value / SCALE), value, undefined));
      } else if (packed === undefined) {
        packed = value;
      } else {
        steps.push(stepOf(openedUs, Math.floor(packed / SCALE), packed, value));
        packed = undefined;
      }
    }
  }
  return steps;
}

function decodeAny(openedUs: number, path: string): Step[] {
  const elements = path.slice(1, -1).match(/\[-?\d+,-?\d+\]|-?\d+/g) ?? [];
  return elements.map((element) => {
    if (!element.startsWith('[')) return unpack(openedUs, element, undefined);
    const comma = element.indexOf(',');
    return unpack(openedUs, element.slice(1, comma), Number(element.slice(comma + 1, -1)));
  });
}

function unpack(openedUs: number, packed: string, earlierUs: number | undefined): Step {
  const value = BigInt(packed);
  return stepOf(openedUs, Number(value >> 10n), Number(value & 1023n), earlierUs);
}

/** The lowest ten bits of `packed` are the source and the states; what is above them is not looked at. */
function stepOf(openedUs: number, delayUs: number, packed: number, earlierUs: number | undefined): Step {
  const atUs = openedUs + delayUs;
  const code = packed - Math.floor(packed / SCALE) * SCALE;
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
