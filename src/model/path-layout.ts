/**
 * How a step is stored in the column `path`: one integer, `delay << 10 | source << 8 | old state << 4 | new state`. The delay is
 * microseconds since the connection opened. On disk: this layout never changes.
 */
import { codeOfSource, type Source, sourceOfCode } from './stored-codes.js';
import { stateOfCode, type TcpState } from './tcp-state.js';

const CODE_BITS = 10;
const SOURCE_SHIFT = 8;
const OLD_STATE_SHIFT = 4;
const STATE_MASK = 15;
const SOURCE_MASK = 3;
const SCALE = 2 ** CODE_BITS;
/** From here on a double does not hold `delay * SCALE` exactly. */
const EXACT_DELAY_US = Number.MAX_SAFE_INTEGER / SCALE - 1;

/** The part of a step below its delay. States by their kernel codes. */
export function stepCode(source: Source, oldState: number, newState: number): number {
  return (codeOfSource(source) << SOURCE_SHIFT) | (oldState << OLD_STATE_SHIFT) | newState;
}

export function oldStateOf(code: number): TcpState | undefined {
  return stateOfCode((code >> OLD_STATE_SHIFT) & STATE_MASK);
}

/** The kernel code of the new state. */
export function newCodeOf(code: number): number {
  return code & STATE_MASK;
}

export function newStateOf(code: number): TcpState | undefined {
  return stateOfCode(newCodeOf(code));
}

export function sourceOf(code: number): Source | undefined {
  return sourceOfCode(code >> SOURCE_SHIFT);
}

/** Whether a double holds a step with this delay. */
function isExact(delayUs: number): boolean {
  return Math.abs(delayUs) < EXACT_DELAY_US;
}

/** The integer of a step; as text where it exceeds a double, after three months. */
export function packedStep(delayUs: number, code: number): number | string {
  if (isExact(delayUs)) return delayUs * SCALE + code;
  return String(BigInt(delayUs) * BigInt(SCALE) + BigInt(code));
}

/** The delay of a packed step that a double holds, microseconds. */
export function delayOf(packed: number): number {
  return Math.floor(packed / SCALE);
}

/** The code of a packed step that a double holds. */
export function codeOf(packed: number): number {
  return packed - delayOf(packed) * SCALE;
}

/** The delay and the code of any packed step. */
export function unpacked(packed: bigint): { readonly delayUs: number; readonly code: number } {
  return { delayUs: Number(packed >> BigInt(CODE_BITS)), code: Number(packed & BigInt(SCALE - 1)) };
}

/** The same in SQL, for an expression whose value is a packed step. */
export const STEP_SQL = {
  delayUs: (step: string) => `((${step}) >> ${CODE_BITS})`,
  newState: (step: string) => `((${step}) & ${STATE_MASK})`,
  oldState: (step: string) => `((${step}) >> ${OLD_STATE_SHIFT} & ${STATE_MASK})`,
  source: (step: string) => `((${step}) >> ${SOURCE_SHIFT} & ${SOURCE_MASK})`,
} as const;
