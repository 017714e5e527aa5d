import { closeSync, fdatasyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { libc } from '../../src/sys/libc.js';

const DONTNEED = 4;
const advise = libc.func('int posix_fadvise(int fd, int64_t offset, int64_t length, int advice)');

/** Drops the files of a directory from the page cache, without those of other programs. */
export function dropFromCache(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const fd = openSync(join(entry.parentPath, entry.name), 'r');
    fdatasyncSync(fd);
    advise(fd, 0, 0, DONTNEED);
    closeSync(fd);
  }
}
