/** bpf(2): what sstory asks about BPF maps, programs and links. Layouts mirror union bpf_attr of include/uapi/linux/bpf.h. */
import { readdirSync, readFileSync } from 'node:fs';
import { errno, libc } from './libc.js';
import { NativeMemory } from './native-memory.js';

const SYSCALL_NUMBER: Readonly<Record<string, number>> = { x64: 321, arm64: 280 };

const BPF_MAP_LOOKUP_ELEM = 1;
const BPF_MAP_UPDATE_ELEM = 2;
const BPF_PROG_GET_FD_BY_ID = 13;
const BPF_MAP_GET_FD_BY_ID = 14;
const BPF_OBJ_GET_INFO_BY_FD = 15;
const BPF_ENABLE_STATS = 32;

/** enum bpf_map_type, as far as it is asked for. */
export const MAP_TYPE = { hash: 1, perfEventArray: 4, perCpuArray: 6, ringBuffer: 27 };
/** BPF_PROG_TYPE_TRACEPOINT of enum bpf_prog_type. */
export const PROGRAM_TYPE_TRACEPOINT = 5;

const syscall = libc.func('long syscall(long, int, void *, unsigned int)');

const ATTR_BYTES = 128;
const INFO_BYTES = 256;
/** union bpf_attr, written again for each call. */
const attr = new NativeMemory(ATTR_BYTES);
const attrBytes = new Uint8Array(attr.buffer);
const attrView = new DataView(attr.buffer);
const info = new NativeMemory(INFO_BYTES);
const infoView = new DataView(info.buffer);

/** Runs one bpf(2) command: its result, or minus the errno, and the union bpf_attr as the kernel left it, which the next call overwrites. */
export function bpf(
  command: number,
  write: (attr: DataView) => void,
): { readonly code: number; readonly attr: DataView } {
  attrBytes.fill(0);
  write(attrView);
  return { code: run(command), attr: attrView };
}

/** Runs one bpf(2) command with what was written into `attr`: its result, or minus the errno. */
function run(command: number): number {
  const result = Number(syscall(SYSCALL_NUMBER[process.arch] ?? 321, command, attrBytes, ATTR_BYTES));
  return result >= 0 ? result : -errno();
}

/** Fills `info` with the kernel's struct about an object. @returns how many bytes the kernel filled in, or minus the errno */
function readInfo(fd: number, bytes: number): number {
  new Uint8Array(info.buffer).fill(0);
  attrBytes.fill(0);
  attrView.setUint32(0, fd, true);
  attrView.setUint32(4, bytes, true);
  attrView.setBigUint64(8, info.address, true);
  const result = run(BPF_OBJ_GET_INFO_BY_FD);
  return result < 0 ? result : attrView.getUint32(4, true);
}

function textOf(offset: number): string {
  const text = Buffer.from(info.buffer, offset, 16).toString('latin1');
  return text.slice(0, Math.max(0, text.indexOf('\0')));
}

export interface MapInfo {
  readonly type: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly name: string;
}

/** struct bpf_map_info: type, id, key_size, value_size, max_entries, map_flags, name[16]. @throws Error where it cannot be read */
export function mapInfo(fd: number): MapInfo {
  const result = readInfo(fd, 88);
  if (result < 0) throw new Error(`reading about a BPF map: errno ${-result}`);
  const word = (offset: number) => infoView.getUint32(offset, true);
  return {
    type: word(0),
    valueSize: word(12),
    maxEntries: word(16),
    name: textOf(24),
  };
}

/** Offsets in struct bpf_prog_info; run_time_ns and run_cnt are counted while statistics are enabled (5.8), recursion_misses always (5.12). */
const PROGRAM_NAME = 64;
const RUN_TIME_NS = 192;
const RUN_COUNT = 200;
const RECURSION_MISSES = 208;

export interface ProgramInfo {
  readonly type: number;
  readonly id: number;
  readonly name: string;
  /** Runs, as far as statistics were enabled. */
  readonly runs: number;
  /** How long they took, milliseconds. */
  readonly runTimeMs: number;
  /** How often the kernel skipped it because another tracing program ran on that CPU; 0 where the kernel does not count. */
  readonly recursionMisses: number;
}

/** @throws Error where it cannot be read */
export function programInfo(fd: number): ProgramInfo {
  const filled = readInfo(fd, RECURSION_MISSES + 8);
  if (filled < 0) throw new Error(`reading about a BPF program: errno ${-filled}`);
  const counter = (offset: number) => (filled < offset + 8 ? 0 : Number(infoView.getBigUint64(offset, true)));
  return {
    type: infoView.getUint32(0, true),
    id: infoView.getUint32(4, true),
    name: textOf(PROGRAM_NAME),
    runs: counter(RUN_COUNT),
    runTimeMs: counter(RUN_TIME_NS) / 1e6,
    recursionMisses: counter(RECURSION_MISSES),
  };
}

/** The id of the program that a link attaches: struct bpf_link_info is type, id, prog_id. @throws Error where it cannot be read */
export function programOfLink(fd: number): number {
  const result = readInfo(fd, 48);
  if (result < 0) throw new Error(`reading about a BPF link: errno ${-result}`);
  return infoView.getUint32(8, true);
}

const key = new NativeMemory(8);
const keyView = new DataView(key.buffer);

function writeElement(fd: number, index: number, value: NativeMemory): void {
  keyView.setUint32(0, index, true);
  attrBytes.fill(0);
  attrView.setUint32(0, fd, true);
  attrView.setBigUint64(8, key.address, true);
  attrView.setBigUint64(16, value.address, true);
}

const descriptorValue = new NativeMemory(8);

/** Puts a descriptor into an element of an array of perf events. @returns 0, or the errno */
export function putDescriptor(mapFd: number, index: number, fd: number): number {
  new DataView(descriptorValue.buffer).setUint32(0, fd, true);
  writeElement(mapFd, index, descriptorValue);
  return -Math.min(0, run(BPF_MAP_UPDATE_ELEM));
}

/**
 * Reads a counter that programs keep in element 0 of an array, or of an array with an element a CPU.
 *
 * The kernel runs no tracing program on this CPU meanwhile: about a microsecond.
 */
export class ArrayCounter {
  private readonly value: NativeMemory;

  /** `possibleCpus`: how many the kernel could have; an array with an element a CPU has that many values. */
  constructor(
    private readonly fd: number,
    possibleCpus: number,
  ) {
    const { type, valueSize } = mapInfo(fd);
    this.value = new NativeMemory(valueSize * (type === MAP_TYPE.perCpuArray ? possibleCpus : 1));
  }

  /** The sum of all values; 0 where it cannot be read. */
  read(): number {
    writeElement(this.fd, 0, this.value);
    if (run(BPF_MAP_LOOKUP_ELEM) < 0) return 0;
    return new BigUint64Array(this.value.buffer).reduce((sum, value) => sum + Number(value), 0);
  }
}

/** The ids of the BPF maps or programs that a process holds open, from /proc/PID/fdinfo (Linux 4.15). */
export function bpfIdsOf(pid: number | 'self', kind: 'map' | 'prog'): number[] {
  const pattern = new RegExp(`^${kind}_id:\\s+(\\d+)`, 'm');
  const ids = new Set<number>();
  for (const fd of readdirSync(`/proc/${pid}/fdinfo`)) {
    const id = pattern.exec(readFdInfo(pid, fd))?.[1];
    if (id !== undefined) ids.add(Number(id));
  }
  return [...ids];
}

function readFdInfo(pid: number | 'self', fd: string): string {
  try {
    return readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8');
  } catch {
    return '';
  }
}

/** Opens a map or a program by its id (CAP_SYS_ADMIN); undefined where it is gone or may not be opened. */
export function openById(id: number, kind: 'map' | 'prog'): number | undefined {
  attrBytes.fill(0);
  attrView.setUint32(0, id, true);
  const fd = run(kind === 'map' ? BPF_MAP_GET_FD_BY_ID : BPF_PROG_GET_FD_BY_ID);
  return fd < 0 ? undefined : fd;
}

/** Lets the kernel count the runs of all programs until the descriptor is closed (Linux 5.8). @throws Error */
export function enableStatistics(): number {
  attrBytes.fill(0);
  const fd = run(BPF_ENABLE_STATS);
  if (fd < 0) throw new Error(`enabling BPF statistics: errno ${-fd}`);
  return fd;
}
