/** The steps of a connection in compact form: in memory while the recorder follows it, and as the text of the column `path`. */

import { damaged } from './error.js';
import {
  codeOf,
  delayOf,
  newCodeOf,
  newStateOf,
  oldStateOf,
  packedStep,
  sourceOf,
  stepCode,
  unpacked,
} from './path-layout.js';
import type { Step } from './step.js';
import type { Source } from './stored-codes.js';
import { codeOfState, type TcpState } from './tcp-state.js';
import { TextBuffer } from './text-buffer.js';

const buffer = new TextBuffer();

/** The step by which the timer ends a TIME-WAIT. */
const TIMER_END = stepCode('timer', codeOfState('TIME-WAIT'), codeOfState('UNCONN'));

/**
 * Steps as pairs of numbers: microseconds since the connection opened, and the code of path-layout.ts. Half of all memory and
 * garbage of a busy run were step objects.
 */
export class PackedSteps {
  private readonly pairs: number[];
  private used = 0;
  /**
   * Of inferred steps, one after the other: the index, and how much earlier it can have happened, microseconds; -1: no lower bound. A
   * Map of one entry takes 200 bytes.
   */
  private earlier: number[] | undefined = undefined;
  private mask = 0;

  /** Room for so many steps, by default those of an ordinary life: an array that grows step by step takes half as much again. */
  constructor(steps = 6) {
    this.pairs = new Array<number>(2 * steps);
  }

  get count(): number {
    return this.used / 2;
  }

  /** A bit for each state that a step led into, `1 << code`. */
  get states(): number {
    return this.mask;
  }

  /** `earlierUs`: undefined if the step was observed, -1 without a lower bound. */
  push(delayUs: number, source: Source, oldState: TcpState, newState: TcpState, earlierUs: number | undefined): void {
    this.pushCode(delayUs, stepCode(source, codeOfState(oldState), codeOfState(newState)), earlierUs);
  }

  /** Whether every step but the first was observed. */
  get isPlain(): boolean {
    return this.earlier === undefined || (this.earlier.length === 2 && this.earlier[0] === 0);
  }

  /** Whether the last step was inferred. */
  get isLastInferred(): boolean {
    return this.count > 0 && this.earlier?.at(-2) === this.count - 1;
  }

  /** How long after the opening a step was, microseconds. */
  delayAt(index: number): number {
    return this.pairs[index * 2] ?? 0;
  }

  /** The code of a step (path-layout.ts). */
  codeAt(index: number): number {
    return this.pairs[index * 2 + 1] ?? 0;
  }

  /** If the first step was inferred, how much earlier it can have happened, microseconds; -1: no lower bound. */
  get firstEarlierUs(): number | undefined {
    return this.earlierOf(0);
  }

  /** Adds a step with its code. `earlierUs`: undefined if the step was observed, -1 without a lower bound. */
  pushCode(delayUs: number, code: number, earlierUs: number | undefined): void {
    if (earlierUs !== undefined) {
      if (this.earlier === undefined) this.earlier = [this.count, earlierUs];
      else this.earlier.push(this.count, earlierUs);
    }
    this.pairs[this.used++] = delayUs;
    this.pairs[this.used++] = code;
    this.mask |= 1 << newCodeOf(code);
  }

  /**
   * A short JSON array: `[513,171802,[61442837,12000]]`. Each step is one integer (path-layout.ts); an inferred one is a
   * pair of it and how much earlier it can have happened.
   */
  text(): string {
    this.putSteps();
    buffer.putClose();
    return buffer.take();
  }

  /**
   * The same with a last step from TIME-WAIT into UNCONN by its timer, which has not happened yet: so long after the opening, and so
   * much earlier at most, microseconds.
   */
  textWithEnd(delayUs: number, earlierUs: number): string {
    this.putSteps();
    buffer.putComma();
    putStep(delayUs, TIMER_END, earlierUs);
    buffer.putClose();
    return buffer.take();
  }

  private putSteps(): void {
    buffer.putOpen();
    for (let at = 0; at < this.used; at += 2) {
      if (at > 0) buffer.putComma();
      putStep(this.pairs[at] ?? 0, this.pairs[at + 1] ?? 0, this.earlierOf(at / 2));
    }
  }

  private earlierOf(step: number): number | undefined {
    if (this.earlier === undefined) return undefined;
    for (let at = 0; at < this.earlier.length; at += 2) if (this.earlier[at] === step) return this.earlier[at + 1];
    return undefined;
  }

  /** The steps of the connection, which opened at `openedUs`. */
  steps(openedUs: number): Step[] {
    return Array.from({ length: this.count }, (_, index) =>
      stepOf(openedUs, this.pairs[index * 2] ?? 0, this.pairs[index * 2 + 1] ?? 0, this.earlierOf(index)),
    );
  }
}

/** A step as it stands in the array. */
function putStep(delayUs: number, code: number, earlierUs: number | undefined): void {
  if (earlierUs !== undefined) buffer.putOpen();
  const packed = packedStep(delayUs, code);
  if (typeof packed === 'number') buffer.putInteger(packed);
  else buffer.putText(packed);
  if (earlierUs === undefined) return;
  buffer.putComma();
  buffer.putInteger(earlierUs);
  buffer.putClose();
}

/** Packs the steps of a connection opened at `openedUs`. */
export function packSteps(openedUs: number, steps: readonly Step[]): PackedSteps {
  const packed = new PackedSteps();
  for (const { atUs, notBeforeUs, source, oldState, newState } of steps) {
    const earlierUs = notBeforeUs === undefined ? undefined : notBeforeUs === 0 ? -1 : atUs - notBeforeUs;
    packed.push(atUs - openedUs, source, oldState, newState, earlierUs);
  }
  return packed;
}

/**
 * The steps in the text of a connection opened at `openedUs`.
 * @throws SstoryError `damaged`
 */
export function stepsOfText(openedUs: number, text: string): Step[] {
  const steps: Step[] = [];
  for (const element of elementsOf(text)) {
    const packed = typeof element === 'number' ? element : element[0];
    if (!Number.isSafeInteger(packed)) return stepsOfLongText(openedUs, text);
    const earlierUs = typeof element === 'number' ? undefined : element[1];
    steps.push(stepOf(openedUs, delayOf(packed), codeOf(packed), earlierUs));
  }
  return steps;
}

/**
 * Receives a step: when it was, microseconds; the earliest that can have been, 0 without a bound, undefined of an observed one; the code of
 * the state that it led into; how it is known.
 */
export type TakeStep = (
  atUs: number,
  notBeforeUs: number | undefined,
  newState: number,
  source: Source | undefined,
) => void;

/**
 * Passes on the same steps without an object for each.
 * @throws SstoryError `damaged`
 */
export function eachStepOfText(openedUs: number, text: string, take: TakeStep): void {
  const elements = elementsOf(text);
  for (const element of elements)
    if (!Number.isSafeInteger(typeof element === 'number' ? element : element[0])) {
      for (const { atUs, notBeforeUs, newState, source } of stepsOfLongText(openedUs, text))
        take(atUs, notBeforeUs, codeOfState(newState), source);
      return;
    }
  for (const element of elements) {
    const packed = typeof element === 'number' ? element : element[0];
    const code = codeOf(packed);
    const atUs = openedUs + delayOf(packed);
    const notBeforeUs = typeof element === 'number' ? undefined : element[1] < 0 ? 0 : atUs - element[1];
    take(atUs, notBeforeUs, newCodeOf(code), sourceOf(code));
  }
}

/** JSON.parse takes half the time of a hand-written scanner. */
function elementsOf(text: string): readonly (number | readonly [number, number])[] {
  try {
    const elements: unknown = JSON.parse(text);
    if (Array.isArray(elements)) return elements;
  } catch {
    // Reported below.
  }
  throw damaged(`the path "${String(text).slice(0, 40)}" of a connection`);
}

/** For a delay of more than three months: together with its code it exceeds a double. */
function stepsOfLongText(openedUs: number, text: string): Step[] {
  const elements = text.slice(1, -1).match(/\[-?\d+,-?\d+\]|-?\d+/g) ?? [];
  return elements.map((element) => {
    const [packed = '0', earlierUs] = element.replace(/[[\]]/g, '').split(',');
    const { delayUs, code } = unpacked(BigInt(packed));
    return stepOf(openedUs, delayUs, code, earlierUs === undefined ? undefined : Number(earlierUs));
  });
}

/** How long after the opening the last step in a `path` was, microseconds; not exact if it is more than three months. */
export function lastDelayUs(path: string): number {
  const start = path.endsWith(']]') ? path.lastIndexOf('[') : Math.max(path.lastIndexOf(','), 0);
  return delayOf(Number.parseInt(path.slice(start + 1), 10));
}

/** The first two steps of a path whose times were observed: `[514,1302785,...`. */
const OBSERVED_OPENING = /^\[(\d+),(\d+)[,\]]/;
const SYN_SENT = stepCode('probe', codeOfState('UNCONN'), codeOfState('SYN-SENT'));
const ESTABLISHED = stepCode('probe', codeOfState('SYN-SENT'), codeOfState('ESTAB'));

/** How long a connect took, from SYN-SENT to ESTAB, microseconds; undefined unless the probe observed both. */
export function connectDelayUs(path: string): number | undefined {
  const [, first, second] = OBSERVED_OPENING.exec(path) ?? [];
  const [began, done] = [Number(first), Number(second)];
  if (second === undefined || codeOf(began) !== SYN_SENT || codeOf(done) !== ESTABLISHED) return undefined;
  return delayOf(done) - delayOf(began);
}

function stepOf(openedUs: number, delayUs: number, code: number, earlierUs: number | undefined): Step {
  const atUs = openedUs + delayUs;
  return {
    atUs,
    notBeforeUs: earlierUs === undefined ? undefined : earlierUs < 0 ? 0 : atUs - earlierUs,
    oldState: oldStateOf(code) ?? 'UNCONN',
    newState: newStateOf(code) ?? 'UNCONN',
    source: sourceOf(code) ?? 'snapshot',
  };
}
