import { NETLINK_HEADER } from './netlink-messages.js';

/** The start of a row that was left out. */
export const LEFT_OUT = -1;

export interface PickedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offset of each struct inet_diag_msg, in the order of the dump; LEFT_OUT for a row that nothing is new of. */
  readonly starts: Int32Array<ArrayBuffer>;
}

/**
 * Copies the changed rows of a dump together. Of 50,000 idle sockets the whole dump is 20 MB, which is not read: its buffer
 * stays with the thread that fills it every second.
 */
export function pickChanged(
  { bytes, starts }: { readonly bytes: Uint8Array; readonly starts: readonly number[] },
  changed: Uint8Array,
): PickedRows {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthOf = (start: number) => (view.getUint32(start - NETLINK_HEADER, true) + 3) & ~3;
  let size = 0;
  for (const [index, start] of starts.entries()) if (changed[index] === 1) size += lengthOf(start);
  const picked = new Uint8Array(size);
  const places = new Int32Array(starts.length).fill(LEFT_OUT);
  let at = 0;
  for (const [index, start] of starts.entries()) {
    if (changed[index] !== 1) continue;
    const from = start - NETLINK_HEADER;
    const end = Math.min(bytes.length, from + lengthOf(start));
    picked.set(bytes.subarray(from, end), at);
    places[index] = at + NETLINK_HEADER;
    at += end - from;
  }
  return { bytes: picked, starts: places };
}
