/**
 * The same number. V8 makes an object of each number that code which is not compiled yet reads from a Float64Array. Where a field had small
 * integers before, whatever was compiled for its class is thrown away then, and compiled again.
 */
export function smallInteger(value: number): number {
  const small = value | 0;
  return small === value ? small : value;
}
