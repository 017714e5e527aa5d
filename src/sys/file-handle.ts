/** Files by handle: name_to_handle_at(2), open_by_handle_at(2). */
import { errno, libc } from './libc.js';

/** struct file_handle: the length and the kind of the handle stand before it. */
export const HANDLE_HEADER = 8;
const ESTALE = 116;

const openByHandleAt = libc.func('int open_by_handle_at(int, void *, int)');

/**
 * A descriptor of the file with a handle, to be closed; `gone`: it has ended; undefined: it cannot be opened.
 * @param mount a descriptor of any file of its file system
 */
export function openByHandle(mount: number, handle: Buffer, flags: number): number | 'gone' | undefined {
  const fd = Number(openByHandleAt(mount, handle, flags));
  if (fd >= 0) return fd;
  return errno() === ESTALE ? 'gone' : undefined;
}
