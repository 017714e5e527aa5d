import { SstoryError } from '../../src/model/error.js';

/** A reader of bytes or text from outside, as it is fuzzed. */
export interface FuzzTarget {
  /** Valid inputs, which are changed. */
  readonly samples: readonly Uint8Array[];
  /** Pieces of the language, which are inserted. */
  readonly words: readonly string[];
  /** Reads one input. What it throws is a bug. */
  read(input: Buffer): void | Promise<void>;
  /** Checks what all inputs together may have done. */
  end?(): void | Promise<void>;
}

/** Makes a target; its files go into the directory. */
export type TargetMaker = (directory: string) => FuzzTarget | Promise<FuzzTarget>;

/** Returns what a reader returns; undefined where it throws an SstoryError of one of these codes. */
export async function accepted<Result>(
  codes: readonly string[],
  read: () => Result | Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SstoryError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** Reads every getter of an object, and of the objects that they return: rows and events decode a field when it is read. */
export function readGetters(target: object): void {
  for (let level = Object.getPrototypeOf(target); level !== null; level = Object.getPrototypeOf(level)) {
    if (level === Object.prototype) return;
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (get === undefined || name === '__proto__') continue;
      const value: unknown = Reflect.get(target, name);
      if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) readGetters(value);
    }
  }
}

/** Samples of a language. */
export function texts(...lines: readonly string[]): Uint8Array[] {
  return lines.map((line) => Buffer.from(line));
}
