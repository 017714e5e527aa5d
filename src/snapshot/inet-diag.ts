/** Requests to sock_diag: struct inet_diag_req_v2 and its predecessor inet_diag_req, of include/uapi/linux/inet_diag.h. */
import type { Family } from '../model/address.js';
import { ATTRIBUTE } from './inet-diag-msg.js';
import {
  NETLINK_HEADER,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  SOCK_DESTROY,
  SOCK_DIAG_BY_FAMILY,
  TCPDIAG_GETSOCK,
} from './netlink-messages.js';

/** sdiag_family 0, sdiag_protocol 1, idiag_ext 2, pad, idiag_states 4, id (struct inet_diag_sockid) 8. */
const REQUEST_BYTES = 56;
/** idiag_family 0, lengths 1 and 2, idiag_ext 3, id 4, idiag_states 52, idiag_dbs 56. */
const OLDER_REQUEST_BYTES = 60;
const AF: Readonly<Record<Family, number>> = { 4: 2, 6: 10 };
const IPPROTO_TCP = 6;

/**
 * All states: bits 1 - 12. A half-open request comes by bit 12 and by bit 3 as well (seen on 6.18), and is reported as
 * state 3, SYN-RECV, without an inode.
 */
export const ALL_STATES = 0x1ffe;

/** TCP_BOUND_INACTIVE: sockets that are bound and nothing more, reported in state 7, UNCONN (Linux 6.8). */
export const BOUND_INACTIVE = 1 << 13;

/** Bits of idiag_ext: `1 << (N - 1)` asks for attribute N. Attributes from 9 on come unasked. */
export const EXTENSION = {
  info: bitOf(ATTRIBUTE.info),
  vegas: bitOf(ATTRIBUTE.vegas),
  congestion: bitOf(ATTRIBUTE.congestion),
  tos: bitOf(ATTRIBUTE.tos),
  tclass: bitOf(ATTRIBUTE.tclass),
  skmem: bitOf(ATTRIBUTE.skmem),
  shutdown: bitOf(ATTRIBUTE.shutdown),
} as const;

/** All but INET_DIAG_MEMINFO: SKMEMINFO holds everything that it holds. */
export const ALL_EXTENSIONS = Object.values(EXTENSION).reduce((mask, bit) => mask | bit, 0);

function bitOf(attribute: number): number {
  return 1 << (attribute - 1);
}

export interface Asked {
  /** Bit mask of states, `1 << code`; all where left out. */
  readonly states?: number | undefined;
  /** Bit mask of EXTENSION; all where left out. */
  readonly extensions?: number | undefined;
}

/** The request for a dump of one family. */
export function dumpRequest(family: Family, { states = ALL_STATES, extensions = ALL_EXTENSIONS }: Asked): Uint8Array {
  return request(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, family, states, extensions);
}

/**
 * The older request, for a dump of both families: the kernel ignores its family (inet_diag_dump_compat of
 * net/ipv4/inet_diag.c). It walks its table of sockets once for it, and once for each family otherwise; on a host with few
 * sockets the walk is all that a dump costs, with 15,000 a sixth of it.
 */
export function dumpRequestOfBoth({ states = ALL_STATES, extensions = ALL_EXTENSIONS }: Asked): Uint8Array {
  const message = messageOf(TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP, OLDER_REQUEST_BYTES);
  message.setUint8(NETLINK_HEADER, AF[4]);
  message.setUint8(NETLINK_HEADER + 3, extensions);
  message.setUint32(NETLINK_HEADER + 52, states, true);
  return new Uint8Array(message.buffer);
}

/** The request to close the socket with this struct inet_diag_sockid from outside: what `ss -K` sends (Linux 4.5). */
export function destroyRequest(family: Family, socketId: Uint8Array): Uint8Array {
  const bytes = request(SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, family, ALL_STATES, 0);
  bytes.set(socketId, NETLINK_HEADER + 8);
  return bytes;
}

function request(type: number, flags: number, family: Family, states: number, extensions: number): Uint8Array {
  const message = messageOf(type, flags, REQUEST_BYTES);
  message.setUint8(NETLINK_HEADER, AF[family]);
  message.setUint8(NETLINK_HEADER + 1, IPPROTO_TCP);
  message.setUint8(NETLINK_HEADER + 2, extensions);
  message.setUint32(NETLINK_HEADER + 4, states, true);
  return new Uint8Array(message.buffer);
}

/** struct nlmsghdr, and room for what follows it. */
function messageOf(type: number, flags: number, payloadBytes: number): DataView<ArrayBuffer> {
  const message = new DataView(new ArrayBuffer(NETLINK_HEADER + payloadBytes));
  message.setUint32(0, message.byteLength, true);
  message.setUint16(4, type, true);
  message.setUint16(6, flags, true);
  message.setUint32(8, 1, true);
  return message;
}
