/** bpf(2): finding and reading the maps of a running bpftrace. Layouts mirror union bpf_attr of include/uapi/linux/bpf.h. */
import { readdirSync, readFileSync } from 'node:fs';
import koffi from 'koffi';
import { errno, libc } from './libc.js';

const SYSCALL_NUMBER: Readonly<Record<string, number>> = { x64: 321, arm64: 280 };

const BPF_MAP_LOOKUP_ELEM = 1;
const BPF_MAP_DELETE_ELEM = 3;
const BPF_PROG_GET_FD_BY_ID = 13;
const BPF_MAP_GET_FD_BY_ID = 14;
const BPF_OBJ_GET_INFO_BY_FD = 15;
const BPF_MAP_LOOKUP_AND_DELETE_ELEM = 21;
const BPF_MAP_LOOKUP_AND_DELETE_BATCH = 25;

const ENOENT = 2;

const syscall = libc.func('long syscall(long, int, void *, unsigned int)');
const closeFd = libc.func('int close(int)');

/** Memory outside the JavaScript heap, whose address may be handed to the kernel. Lives as long as the process. */
class NativeMemory {
  readonly address: bigint;
  readonly buffer: ArrayBuffer;

  constructor(bytes: number) {
    const pointer = koffi.alloc('uint8_t', bytes);
    this.address = koffi.address(pointer);
    this.buffer = koffi.view(pointer, bytes);
  }
}

/** union bpf_attr, written again for each call. */
const attr = new NativeMemory(128);
const attrBytes = new Uint8Array(attr.buffer);
const attrView = new DataView(attr.buffer);

/** Runs one bpf(2) command with what was written into `attr`: its result, or minus the errno. */
function bpf(command: number): number {
  const result = Number(syscall(SYSCALL_NUMBER[process.arch] ?? 321, command, attrBytes, 128));
  return result >= 0 ? result : -errno();
}

export interface MapInfo {
  readonly id: number;
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
}

/** The ids of the BPF maps or programs that a process holds open, from /proc/PID/fdinfo (Linux 4.15). */
export function bpfIdsOf(pid: number, kind: 'map' | 'prog'): number[] {
  const pattern = new RegExp(`^${kind}_id:\\s+(\\d+)`, 'm');
  const ids = new Set<number>();
  for (const fd of readdirSync(`/proc/${pid}/fdinfo`)) {
    const id = pattern.exec(readFdInfo(pid, fd))?.[1];
    if (id !== undefined) ids.add(Number(id));
  }
  return [...ids];
}

function readFdInfo(pid: number, fd: string): string {
  try {
    return readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8');
  } catch {
    return '';
  }
}

/** One BPF map, open in this process. */
export class BpfMap {
  readonly info: MapInfo;
  private readonly key: NativeMemory;
  private readonly value: NativeMemory;
  private readonly keyView: DataView;
  private readonly valueWords: Uint32Array;

  private constructor(
    private readonly fd: number,
    id: number,
  ) {
    this.info = readInfo(fd, id);
    this.key = new NativeMemory(Math.max(8, this.info.keySize));
    this.value = new NativeMemory(Math.max(8, this.info.valueSize));
    this.keyView = new DataView(this.key.buffer);
    this.valueWords = new Uint32Array(this.value.buffer, 0, this.info.valueSize >>> 2);
  }

  /** Opens a map by its id (CAP_SYS_ADMIN); undefined where it is gone or may not be opened. */
  static open(id: number): BpfMap | undefined {
    attrBytes.fill(0);
    attrView.setUint32(0, id, true);
    const fd = bpf(BPF_MAP_GET_FD_BY_ID);
    return fd < 0 ? undefined : new BpfMap(fd, id);
  }

  /** The value of a uint64 key below 2^32 as bytes (reused by the next call), undefined where the key is missing. */
  lookup(key: number): Uint8Array | undefined {
    this.writeElement(key, 0);
    return bpf(BPF_MAP_LOOKUP_ELEM) < 0 ? undefined : new Uint8Array(this.value.buffer, 0, this.info.valueSize);
  }

  delete(key: number): void {
    this.writeElement(key, 0);
    bpf(BPF_MAP_DELETE_ELEM);
  }

  /**
   * Takes the entry of a uint64 key, given as two words, out (hash maps: Linux 5.14) into `words` at `at`. Answers 1, or 0
   * where the key is missing, or -1 where the kernel cannot do it.
   */
  take(keyLow: number, keyHigh: number, words: Uint32Array, at: number): 1 | 0 | -1 {
    this.writeElement(keyLow, keyHigh);
    const result = bpf(BPF_MAP_LOOKUP_AND_DELETE_ELEM);
    if (result < 0) return result === -ENOENT ? 0 : -1;
    words.set(this.valueWords, at);
    return 1;
  }

  close(): void {
    closeFd(this.fd);
  }

  /** A reader that takes entries out in batches of up to `entries`. */
  drain(entries: number): BatchDrain {
    return new BatchDrain(this.fd, this.info, entries);
  }

  private writeElement(keyLow: number, keyHigh: number): void {
    this.keyView.setUint32(0, keyLow, true);
    this.keyView.setUint32(4, keyHigh, true);
    attrBytes.fill(0);
    attrView.setUint32(0, this.fd, true);
    attrView.setBigUint64(8, this.key.address, true);
    attrView.setBigUint64(16, this.value.address, true);
  }
}

/** BPF_MAP_LOOKUP_AND_DELETE_BATCH (Linux 5.6) over a whole hash map: atomic for each bucket, so each entry comes out once. */
export class BatchDrain {
  private readonly keyMemory: NativeMemory;
  private readonly valueMemory: NativeMemory;
  private readonly position = new NativeMemory(16);
  /** Keys and values of the last batch, as 32-bit words. */
  readonly keys: Uint32Array;
  readonly values: Uint32Array;

  constructor(
    private readonly fd: number,
    info: MapInfo,
    private readonly entries: number,
  ) {
    this.keyMemory = new NativeMemory(info.keySize * entries);
    this.valueMemory = new NativeMemory(info.valueSize * entries);
    this.keys = new Uint32Array(this.keyMemory.buffer);
    this.values = new Uint32Array(this.valueMemory.buffer);
  }

  /** Takes everything out, batch by batch; `onBatch` finds `count` entries in `keys` and `values`. Returns how many in all. */
  pass(onBatch: (count: number) => void): number {
    let total = 0;
    for (let first = true; ; first = false) {
      attrBytes.fill(0);
      attrView.setBigUint64(0, first ? 0n : this.position.address, true);
      attrView.setBigUint64(8, this.position.address, true);
      attrView.setBigUint64(16, this.keyMemory.address, true);
      attrView.setBigUint64(24, this.valueMemory.address, true);
      attrView.setUint32(32, this.entries, true);
      attrView.setUint32(36, this.fd, true);
      const result = bpf(BPF_MAP_LOOKUP_AND_DELETE_BATCH);
      if (result < 0 && result !== -ENOENT) throw new Error(`draining the BPF map: errno ${-result}`);
      const count = attrView.getUint32(32, true);
      if (count > 0) onBatch(count);
      total += count;
      if (result === -ENOENT) return total;
    }
  }
}

/** struct bpf_map_info: type, id, key_size, value_size, max_entries, map_flags, name[16]. */
function readInfo(fd: number, id: number): MapInfo {
  const info = new NativeMemory(128);
  attrBytes.fill(0);
  attrView.setUint32(0, fd, true);
  attrView.setUint32(4, 88, true);
  attrView.setBigUint64(8, info.address, true);
  const result = bpf(BPF_OBJ_GET_INFO_BY_FD);
  if (result < 0) throw new Error(`reading about BPF map ${id}: errno ${-result}`);
  const view = new DataView(info.buffer);
  const name = Buffer.from(info.buffer, 24, 16).toString('latin1');
  return {
    id,
    name: name.slice(0, Math.max(0, name.indexOf('\0'))),
    keySize: view.getUint32(8, true),
    valueSize: view.getUint32(12, true),
    maxEntries: view.getUint32(16, true),
  };
}

/** Offset of recursion_misses in struct bpf_prog_info (Linux 5.12), and the length of the struct up to its end. */
const RECURSION_MISSES = 208;

/** One BPF program, open in this process. */
export class BpfProgram {
  private readonly info = new NativeMemory(256);

  private constructor(private readonly fd: number) {}

  /** Opens a program by its id; undefined where it is gone or may not be opened. */
  static open(id: number): BpfProgram | undefined {
    attrBytes.fill(0);
    attrView.setUint32(0, id, true);
    const fd = bpf(BPF_PROG_GET_FD_BY_ID);
    return fd < 0 ? undefined : new BpfProgram(fd);
  }

  /** How often the kernel skipped it because another tracing program ran on that CPU; 0 where the kernel does not count. */
  recursionMisses(): number {
    attrBytes.fill(0);
    attrView.setUint32(0, this.fd, true);
    attrView.setUint32(4, RECURSION_MISSES + 8, true);
    attrView.setBigUint64(8, this.info.address, true);
    new Uint8Array(this.info.buffer).fill(0);
    if (bpf(BPF_OBJ_GET_INFO_BY_FD) < 0 || attrView.getUint32(4, true) < RECURSION_MISSES + 8) return 0;
    return Number(new DataView(this.info.buffer).getBigUint64(RECURSION_MISSES, true));
  }

  close(): void {
    closeFd(this.fd);
  }
}
