import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file that appears with all its content or not at all, also after a power failure: under another name first, which starts
 * with a dot. One that exists is replaced. `mode`: its permissions, less those of the umask.
 * @throws what node:fs throws
 */
export function writeWhole(path: string, content: string | Uint8Array, mode = 0o640): void {
  const draft = join(dirname(path), `.${basename(path)}.new`);
  try {
    const fd = openSync(draft, 'w', mode);
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw cause;
  }
  syncDirectory(dirname(path));
}

/** The name of a file is in its directory: rename(2) is durable when that is. */
function syncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
