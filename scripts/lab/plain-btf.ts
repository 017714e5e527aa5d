/**
 * Writes the BTF of this kernel without the kinds that came after Linux 5.15, as a file that the libbpf of an older bpftrace
 * reads (BPFTRACE_BTF names it): 0.14 on a recent kernel, for scripts/test-bpftrace.sh. Types keep their numbers and layouts.
 * `node dist/scripts/lab/plain-btf.js FILE`
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** Kinds of include/uapi/linux/btf.h. */
const [INT, ARRAY, STRUCT, UNION, ENUM, CONST, FUNC_PROTO, VAR, DATASEC, DECL_TAG, TYPE_TAG, ENUM64] = [
  1, 3, 4, 5, 6, 10, 13, 14, 15, 17, 18, 19,
];
const MAGIC = 0xeb9f;
const HEADER_BYTES = 24;
const TYPE_BYTES = 12;

/** Bytes behind the struct btf_type of a kind with `count` members. */
function bytesBehind(kind: number, count: number): number {
  switch (kind) {
    case INT:
    case VAR:
    case DECL_TAG:
      return 4;
    case ARRAY:
      return 12;
    case ENUM:
    case FUNC_PROTO:
      return count * 8;
    case STRUCT:
    case UNION:
    case DATASEC:
    case ENUM64:
      return count * 12;
    default:
      return 0;
  }
}

/** A struct btf_type: name, kind and count of members, size or type. */
function typeOf(name: number, kind: number, count: number, last: number): Buffer {
  const bytes = Buffer.alloc(TYPE_BYTES);
  bytes.writeUInt32LE(name, 0);
  bytes.writeUInt32LE(((kind << 24) | count) >>> 0, 4);
  bytes.writeUInt32LE(last, 8);
  return bytes;
}

/** The same type in older kinds: a tag is a `const` without a name, values of a 64-bit enum lose their upper halves. */
function plain(type: Buffer, kind: number, count: number): Buffer {
  if (kind === TYPE_TAG) return typeOf(0, CONST, 0, type.readUInt32LE(8));
  if (kind === DECL_TAG) return typeOf(0, CONST, 0, 0);
  if (kind !== ENUM && kind !== ENUM64) return type;
  const stride = kind === ENUM ? 8 : 12;
  const values = Array.from({ length: count }, (_, index) => {
    const at = TYPE_BYTES + index * stride;
    return type.subarray(at, at + 8);
  });
  return Buffer.concat([typeOf(type.readUInt32LE(0), ENUM, count, type.readUInt32LE(8)), ...values]);
}

function plainBtf(btf: Buffer): Buffer {
  if (btf.readUInt16LE(0) !== MAGIC) throw new Error('no BTF of this byte order');
  const base = btf.readUInt32LE(4);
  const section = (at: number) => {
    const start = base + btf.readUInt32LE(at);
    return btf.subarray(start, start + btf.readUInt32LE(at + 4));
  };
  const [old, strings] = [section(8), section(16)];
  const types: Buffer[] = [];
  for (let at = 0; at < old.length; ) {
    const info = old.readUInt32LE(at + 4);
    const [kind, count] = [(info >>> 24) & 31, info & 0xffff];
    const end = at + TYPE_BYTES + bytesBehind(kind, count);
    types.push(plain(old.subarray(at, end), kind, count));
    at = end;
  }
  const body = Buffer.concat(types);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16LE(MAGIC, 0);
  header.writeUInt8(1, 2);
  header.writeUInt32LE(HEADER_BYTES, 4);
  header.writeUInt32LE(body.length, 12);
  header.writeUInt32LE(body.length, 16);
  header.writeUInt32LE(strings.length, 20);
  return Buffer.concat([header, body, strings]);
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node dist/scripts/lab/plain-btf.js FILE\n');
  process.exitCode = 2;
} else {
  writeFileSync(file, plainBtf(readFileSync('/sys/kernel/btf/vmlinux')));
}
