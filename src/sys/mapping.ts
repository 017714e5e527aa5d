/** mmap(2) of a descriptor's memory, seen as an ArrayBuffer. */
import koffi from 'koffi';
import { describeErrno, errno, libc } from './libc.js';

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

const mmap = libc.func('void *mmap(void *, size_t, int, int, int, long)');
const munmap = libc.func('int munmap(void *, size_t)');

const SC_PAGESIZE = 30;
const sysconf = libc.func('long sysconf(int)');

/** 4,096; some kernels of arm64 have larger ones. */
export const PAGE_BYTES = Number(sysconf(SC_PAGESIZE));

/** Memory that the kernel shares with this process. Its buffer must not be used after `close`. */
export class Mapping {
  private constructor(
    private readonly pointer: unknown,
    private readonly bytes: number,
    readonly buffer: ArrayBuffer,
  ) {}

  /** Maps `bytes` of a descriptor from `offset` on. @throws Error where the kernel refuses it */
  static open(fd: number, bytes: number, { writable, offset = 0 }: { writable: boolean; offset?: number }): Mapping {
    const pointer = mmap(null, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, offset);
    if (pointer === null || koffi.address(pointer) === 0xffff_ffff_ffff_ffffn)
      throw new Error(`mmap(2) of ${bytes} bytes: ${describeErrno(errno())}`);
    return new Mapping(pointer, bytes, koffi.view(pointer, bytes));
  }

  close(): void {
    munmap(this.pointer, this.bytes);
  }
}
