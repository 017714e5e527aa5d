/** How benches print their figures. */

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The upper one of the two in the middle where the count is even. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
