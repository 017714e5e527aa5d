/** Random dumps of sock_diag: every field and attribute that ss prints, with any value that it prints. */
import fc from 'fast-check';
import { attribute, done, socket, words } from '../snapshot/diag-bytes.js';

const u8 = fc.integer({ min: 0, max: 255 });
const u16 = fc.integer({ min: 0, max: 0xffff });
/** Mostly small, zero often: ss leaves zeros out. */
const u32 = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: 0, max: 5_000_000 }),
  fc.integer({ min: 0, max: 0xffffffff }),
);
/** Of what struct tcp_info counts some is printed with a sign: no kernel ever gets there. */
const counted = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: 0, max: 5_000_000 }),
  fc.integer({ min: 0, max: 0x7fffffff }),
);
const UNLIMITED = (1n << 64n) - 1n;
/** What a double holds exactly. */
const u64 = fc.oneof(fc.constant(0n), fc.bigInt(0n, 1n << 20n), fc.bigInt(0n, 1n << 50n));
const pacing = fc.oneof(u64, fc.constant(UNLIMITED));

/** Lengths that struct tcp_info has had, and that it may get. */
const INFO_LENGTHS = [104, 120, 136, 144, 160, 168, 192, 200, 216, 224, 232, 240, 256];
/** Where its 64-bit numbers are; the first two are pacing rates. */
const WIDE = [104, 112, 120, 128, 160, 168, 176, 184, 200, 208];
const HEAD = 8;

const tcpInfo = fc
  .tuple(
    fc.constantFrom(...INFO_LENGTHS),
    fc.array(u8, { minLength: HEAD, maxLength: HEAD }),
    fc.array(counted, { minLength: 64, maxLength: 64 }),
    fc.tuple(pacing, pacing, ...WIDE.slice(2).map(() => u64)),
  )
  .map(([length, head, narrow, wide]) => {
    const bytes = Buffer.alloc(256);
    bytes.set(head);
    for (let at = HEAD; at < bytes.length; at += 4) bytes.writeUInt32LE(narrow[at >> 2] ?? 0, at);
    for (const [index, at] of WIDE.entries()) bytes.writeBigUInt64LE(wide[index] ?? 0n, at);
    return bytes.subarray(0, length);
  });

const bbr = fc.tuple(u32, u32, u32, u32).map((values) => words(values[0], 0, ...values.slice(1)));
const dctcp = fc.tuple(fc.boolean(), u16, u32, u32, u32).map(([enabled, state, ...rest]) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(Number(enabled));
  bytes.writeUInt16LE(state, 2);
  return Buffer.concat([bytes, words(...rest)]);
});
const name = fc.constantFrom('cubic', 'bbr', 'reno', 'dctcp').map((text) => Buffer.from(`${text}\0`));
const byte = u8.map((value) => Buffer.from([value]));
const short = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(51, 52, 0x303, 0x304), u16).map((value) => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
});
/** Each there or not. */
const some = (payloads: readonly (readonly [type: number, payload: fc.Arbitrary<Buffer>])[]) =>
  fc
    .tuple(...payloads.map(([type, payload]) => fc.option(payload.map((bytes) => attribute(type, bytes)))))
    .map((all) => Buffer.concat(all.filter((each) => each !== null)));
const nothing = fc.constant(Buffer.alloc(0));
/** TLS_INFO_* and MPTCP_SUBFLOW_ATTR_*. */
const tls = some([...[1, 2, 3, 4].map((type) => [type, short] as const), [5, nothing], [6, nothing]]);
const mptcp = some([
  ...[1, 2, 3, 5, 6, 8].map((type) => [type, fc.oneof(fc.constant(0), u16).map((value) => words(value))] as const),
  [4, fc.tuple(u32, u32).map((pair) => words(...pair))],
  [7, short],
  [9, byte],
  [10, byte],
]);
const ulpName = (text: string) => fc.constant(Buffer.from(`${text}\0`));
const ulp = fc.oneof(
  some([
    [1, ulpName('tls')],
    [2, tls],
  ]),
  some([
    [1, ulpName('mptcp')],
    [3, mptcp],
  ]),
);
const word = u32.map((value) => words(value));
const skmem = fc.array(u32, { minLength: 9, maxLength: 9 }).map((values) => words(...values));
const NO_CGROUP = fc.constantFrom(words(0, 0), words(0xfffffff, 0));

/** Attribute types INET_DIAG_*, each there or not. */
const attributes = fc
  .tuple(
    ...(
      [
        [2, tcpInfo],
        [4, name],
        [5, byte],
        [6, byte],
        [7, skmem],
        [8, byte],
        [11, fc.constantFrom(Buffer.from([0]), Buffer.from([1]))],
        [15, word],
        [17, word],
        [19, ulp],
        [21, NO_CGROUP],
        [22, fc.tuple(u8, u8).map((pair) => Buffer.from(pair))],
      ] as const
    ).map(([type, payload]) => fc.option(payload.map((bytes) => attribute(type, bytes)))),
    fc.option(
      fc.oneof(
        bbr.map((bytes) => attribute(16, bytes)),
        dctcp.map((bytes) => attribute(9, bytes)),
      ),
    ),
  )
  .map((all) => all.filter((each) => each !== null));

const v4 = fc.oneof(fc.constantFrom([127, 0, 0, 1], [0, 0, 0, 0]), fc.array(u8, { minLength: 4, maxLength: 4 }));
const v6 = fc.oneof(
  fc.constant(Array<number>(16).fill(0)),
  fc.constant([...Array<number>(15).fill(0), 1]),
  fc.array(u8, { minLength: 4, maxLength: 4 }).map((tail) => [...Array<number>(10).fill(0), 0xff, 0xff, ...tail]),
  fc.array(fc.oneof(fc.constant(0), u8), { minLength: 16, maxLength: 16 }),
);
const ends = fc.oneof(
  fc.record({ family: fc.constant(2), local: v4, remote: v4 }),
  fc.record({ family: fc.constant(10), local: v6, remote: v6 }),
);
const port = fc.oneof(fc.constantFrom(0, 22, 80, 443, 9200), u16);

const fields = fc.record({
  state: fc.integer({ min: 1, max: 11 }),
  timer: fc.integer({ min: 0, max: 6 }),
  retransmits: u8,
  localPort: port,
  remotePort: port,
  interfaceIndex: fc.constantFrom(0, 0, 0, 1, 4_000_000),
  cookie: fc.oneof(fc.bigInt(0n, 1n << 40n), fc.constant(UNLIMITED)),
  expires: u32,
  recvQ: u32,
  sendQ: u32,
  uid: u32,
  inode: u32,
});

/** The bytes of a dump. */
export const anyDump: fc.Arbitrary<Buffer> = fc
  .array(
    fc.tuple(ends, fields, attributes).map(([where, what, extra]) => socket({ ...where, ...what }, ...extra)),
    { maxLength: 12 },
  )
  .map((sockets) => Buffer.concat([...sockets, done()]));
