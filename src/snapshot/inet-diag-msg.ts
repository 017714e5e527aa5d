/** struct inet_diag_msg of include/uapi/linux/inet_diag.h, and the attributes that follow it. */

/**
 * Offsets in struct inet_diag_msg. From `localPort` on, 48 bytes are its struct inet_diag_sockid; ports and addresses are in
 * network order, the rest in the host's.
 */
export const AT = {
  family: 0,
  state: 1,
  timer: 2,
  retransmits: 3,
  localPort: 4,
  remotePort: 6,
  local: 8,
  remote: 24,
  interface: 40,
  cookie: 44,
  expires: 52,
  recvQ: 56,
  sendQ: 60,
  uid: 64,
  inode: 68,
} as const;
export const DIAG_MESSAGE_BYTES = 72;
/** struct inet_diag_sockid. */
export const SOCKET_ID_BYTES = 48;

/** Attribute types INET_DIAG_*. */
export const ATTRIBUTE = {
  info: 2,
  vegas: 3,
  congestion: 4,
  tos: 5,
  tclass: 6,
  skmem: 7,
  shutdown: 8,
  dctcp: 9,
  protocol: 10,
  v6only: 11,
  mark: 15,
  bbr: 16,
  classId: 17,
  ulp: 19,
  cgroup: 21,
  sockopt: 22,
} as const;

/** struct nlattr: length with header, type, of which the two highest bits are flags. */
export const ATTRIBUTE_HEADER = 4;
export const ATTRIBUTE_TYPE = 0x3fff;

/**
 * Where the payload of an attribute begins that has `bytes` at least, between two offsets; 0 where it is missing. One that
 * reaches over the end ends the search.
 */
export function findAttribute(view: DataView, from: number, end: number, type: number, bytes: number): number {
  for (let at = from; at + ATTRIBUTE_HEADER <= end; ) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER || at + length > end) return 0;
    const found = (view.getUint16(at + 2, true) & ATTRIBUTE_TYPE) === type;
    if (found && length - ATTRIBUTE_HEADER >= bytes) return at + ATTRIBUTE_HEADER;
    at += (length + 3) & ~3;
  }
  return 0;
}
