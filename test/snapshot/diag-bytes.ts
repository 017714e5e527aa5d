/** Netlink bytes as the kernel would send them, built by hand: struct nlmsghdr, struct inet_diag_msg, struct nlattr. */

export const SOCK_DIAG_BY_FAMILY = 20;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLM_F_DUMP_INTR = 0x10;

export interface SocketFields {
  readonly family?: 2 | 10 | number;
  readonly state?: number;
  readonly timer?: number;
  readonly retransmits?: number;
  readonly localPort?: number;
  readonly remotePort?: number;
  /** 4 or 16 bytes. */
  readonly local?: readonly number[];
  readonly remote?: readonly number[];
  readonly interfaceIndex?: number;
  readonly cookie?: bigint;
  readonly expires?: number;
  readonly recvQ?: number;
  readonly sendQ?: number;
  readonly uid?: number;
  readonly inode?: number;
}

/** A netlink message, padded to four bytes. */
export function message(type: number, payload: Uint8Array, flags = 2): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + payload.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags, 6);
  return padded(Buffer.concat([header, payload]));
}

export function done(code = 0): Buffer {
  return message(NLMSG_DONE, int(code));
}

export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/** A socket in a message of its own. */
export function socket(fields: SocketFields, ...attributes: readonly Buffer[]): Buffer {
  return message(SOCK_DIAG_BY_FAMILY, Buffer.concat([socketPayload(fields), ...attributes]));
}

export function socketPayload(fields: SocketFields): Buffer {
  const bytes = Buffer.alloc(72);
  bytes.writeUInt8(fields.family ?? 2, 0);
  bytes.writeUInt8(fields.state ?? 1, 1);
  bytes.writeUInt8(fields.timer ?? 0, 2);
  bytes.writeUInt8(fields.retransmits ?? 0, 3);
  bytes.writeUInt16BE(fields.localPort ?? 0, 4);
  bytes.writeUInt16BE(fields.remotePort ?? 0, 6);
  bytes.set(fields.local ?? [], 8);
  bytes.set(fields.remote ?? [], 24);
  bytes.writeUInt32LE(fields.interfaceIndex ?? 0, 40);
  bytes.writeBigUInt64LE(fields.cookie ?? 0n, 44);
  bytes.writeUInt32LE(fields.expires ?? 0, 52);
  bytes.writeUInt32LE(fields.recvQ ?? 0, 56);
  bytes.writeUInt32LE(fields.sendQ ?? 0, 60);
  bytes.writeUInt32LE(fields.uid ?? 0, 64);
  bytes.writeUInt32LE(fields.inode ?? 0, 68);
  return bytes;
}

export function attribute(type: number, payload: Uint8Array | readonly number[]): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(4 + payload.length, 0);
  header.writeUInt16LE(type, 2);
  return padded(Buffer.concat([header, Buffer.from(payload)]));
}

/** 32-bit words. */
export function words(...values: readonly number[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value);
      return bytes;
    }),
  );
}

/** A struct tcp_info of `length` bytes whose every byte is its offset. */
export function countedInfo(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, offset) => offset & 0xff));
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
