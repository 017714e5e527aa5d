import koffi from 'koffi';

/** The C library of this process. Declared once: koffi resolves each symbol on first use. */
export const libc = koffi.load(null);

const strerror = libc.func('char *strerror(int)');

/** The errno of the last libc call made through koffi on this thread. */
export function errno(): number {
  return koffi.errno();
}

const close = libc.func('int close(int)');

export function closeDescriptor(fd: number): void {
  close(fd);
}

/** `EPERM: Operation not permitted`-like text of an errno. */
export function describeErrno(code: number): string {
  return String(strerror(code));
}
