/** By errno: include/uapi/asm-generic/errno-base.h and errno.h. */
const ERROR_NAMES: Readonly<Record<number, string>> = {
  1: 'EPERM',
  4: 'EINTR',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  14: 'EFAULT',
  16: 'EBUSY',
  22: 'EINVAL',
  32: 'EPIPE',
  71: 'EPROTO',
  90: 'EMSGSIZE',
  97: 'EAFNOSUPPORT',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
  100: 'ENETDOWN',
  101: 'ENETUNREACH',
  102: 'ENETRESET',
  103: 'ECONNABORTED',
  104: 'ECONNRESET',
  105: 'ENOBUFS',
  106: 'EISCONN',
  110: 'ETIMEDOUT',
  111: 'ECONNREFUSED',
  112: 'EHOSTDOWN',
  113: 'EHOSTUNREACH',
  114: 'EALREADY',
  115: 'EINPROGRESS',
};

/** `ECONNREFUSED`, or `errno 999` for one without a name here. */
export function errorName(error: number): string {
  return ERROR_NAMES[error] ?? `errno ${error}`;
}
