import { readFileSync, writeSync } from 'node:fs';
import { libc } from './libc.js';

const MFD_CLOEXEC = 1;
const memfdCreate = libc.func('int memfd_create(const char *, unsigned int)');

/** A file in memory with this text: its descriptor; undefined where the kernel refuses it. memfd_create(2), Linux 3.17. */
export function memoryFile(name: string, text: string): number | undefined {
  const fd = Number(memfdCreate(name, MFD_CLOEXEC));
  if (fd < 0) return undefined;
  writeSync(fd, text);
  return fd;
}

/** The text of such a file, from its beginning. */
export function textOfMemoryFile(fd: number): string {
  return readFileSync(`/proc/self/fd/${fd}`, 'utf8');
}
