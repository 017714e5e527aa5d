/** What the process that fuzzes and the one that started it send each other. */

export interface FuzzOrder {
  readonly target: string;
  readonly seed: number;
  /** How much to do: a number of inputs, or for how long; the first that is reached. */
  readonly inputs?: number;
  readonly seconds?: number;
  /** For the files of the target. */
  readonly directory: string;
  /** The input that is being read is written to this file before. */
  readonly inputFile: string;
}

export type FuzzMessage =
  /** It works; the number of inputs so far, and the largest resident memory. */
  | { readonly kind: 'progress'; readonly inputs: number; readonly peakBytes: number }
  /** `input`: in base64. */
  | { readonly kind: 'failed'; readonly seed: number; readonly input: string; readonly error: string }
  | { readonly kind: 'passed' };
