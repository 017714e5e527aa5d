/** How netlink chains messages: struct nlmsghdr of include/uapi/linux/netlink.h. */
import { SstoryError } from '../model/error.js';
import { describeErrno } from '../sys/libc.js';
import { DIAG_MESSAGE_BYTES } from './inet-diag-msg.js';

export const NETLINK_HEADER = 16;

export const NLM_F_REQUEST = 1;
export const NLM_F_ACK = 4;
export const NLM_F_DUMP = 0x300;
const NLM_F_DUMP_INTR = 0x10;
const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
/** The predecessor of SOCK_DIAG_BY_FAMILY; answers have the type of their request. */
export const TCPDIAG_GETSOCK = 18;
export const SOCK_DIAG_BY_FAMILY = 20;
export const SOCK_DESTROY = 21;
export const AF_INET = 2;
export const AF_INET6 = 10;

/** Where the inet_diag messages of netlink bytes lie. */
export interface Messages {
  /** Offset of each struct inet_diag_msg; the message's own header before it says where its attributes end. */
  readonly starts: number[];
  /** The last message ends the dump. */
  done: boolean;
  /** The kernel reports that the table changed while it was dumped (NLM_F_DUMP_INTR). */
  interrupted: boolean;
}

export function noMessages(): Messages {
  return { starts: [], done: false, interrupted: false };
}

/**
 * Finds the inet_diag messages in netlink bytes and adds them to `found`, offsets counted from `shift`. All answers are
 * read, also those behind the end of a first dump: `ss -D` writes the IPv4 and the IPv6 dump one after the other.
 * @throws SstoryError `sock-diag` where the kernel reports an error (the errno is its cause), `bad-dump` where the bytes
 * are no such messages, or end within one
 */
export function findMessages(bytes: Uint8Array, found = noMessages(), shift = 0): Messages {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    if (at + NETLINK_HEADER > bytes.length) throw badDump(`byte ${shift + at} begins a message that is cut off`);
    const length = view.getUint32(at, true);
    if (length < NETLINK_HEADER || at + length > bytes.length)
      throw badDump(`byte ${shift + at} begins a message of ${length} bytes, ${bytes.length - at} are there`);
    const type = view.getUint16(at + 4, true);
    if ((view.getUint16(at + 6, true) & NLM_F_DUMP_INTR) !== 0) found.interrupted = true;
    found.done = type === NLMSG_DONE;
    if (type === SOCK_DIAG_BY_FAMILY || type === SOCK_DESTROY || type === TCPDIAG_GETSOCK) {
      checkSocket(view, at, length, shift);
      found.starts.push(shift + at + NETLINK_HEADER);
    } else if (type === NLMSG_ERROR || type === NLMSG_DONE) {
      throwKernelError(view, at, length);
    }
    at += (length + 3) & ~3;
  }
  return found;
}

function checkSocket(view: DataView, at: number, length: number, shift: number): void {
  if (length < NETLINK_HEADER + DIAG_MESSAGE_BYTES) throw badDump(`the socket at byte ${shift + at} is cut off`);
  const family = view.getUint8(at + NETLINK_HEADER);
  if (family !== AF_INET && family !== AF_INET6)
    throw badDump(`the socket at byte ${shift + at} is of address family ${family}, not of TCP over IP`);
}

/** NLMSG_ERROR and NLMSG_DONE begin with an int: 0, or an errno negated. */
function throwKernelError(view: DataView, at: number, length: number): void {
  const code = length >= NETLINK_HEADER + 4 ? -view.getInt32(at + NETLINK_HEADER, true) : 0;
  if (code > 0) throw new SstoryError('sock-diag', `sock_diag answered: ${describeErrno(code)}`, { cause: code });
}

/** Where the attributes of the inet_diag message end that begins at `start`: struct nlmsghdr begins with its length. */
export function endOfMessage(view: DataView, start: number): number {
  return start - NETLINK_HEADER + view.getUint32(start - NETLINK_HEADER, true);
}

export function badDump(why: string): SstoryError {
  return new SstoryError('bad-dump', `not a sock_diag dump of TCP sockets: ${why}`, {
    hint: 'ss -D FILE writes one',
  });
}
