/** When the last dumps of a network namespace began, boot times. */
export interface LastDumps {
  anyBootUs: number;
  /** The last one that had the TIME-WAITs too. */
  completeBootUs: number;
}
