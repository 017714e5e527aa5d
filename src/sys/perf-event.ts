/** perf_event_open(2): the buffers that BPF programs write into, and counters of tracepoints. Layouts mirror include/uapi/linux/perf_event.h. */
import { closeDescriptor, describeErrno, errno, libc } from './libc.js';

const SYSCALL_NUMBER: Readonly<Record<string, number>> = { x64: 298, arm64: 241 };
const ATTR_BYTES = 112;

const PERF_TYPE_SOFTWARE = 1;
const PERF_TYPE_TRACEPOINT = 2;
const PERF_COUNT_SW_BPF_OUTPUT = 10;
const PERF_SAMPLE_RAW = 0x400;
const PERF_FORMAT_TOTAL_TIME_RUNNING = 2;
/** Linux 6.0. */
const PERF_FORMAT_LOST = 0x10;
const WATERMARK = 1n << 14n;
/** PERF_FLAG_FD_CLOEXEC. */
const CLOEXEC = 8;

const PERF_EVENT_IOC_ENABLE = 0x2400;
const PERF_EVENT_IOC_SET_FILTER = 0x40082406;
const PERF_EVENT_IOC_QUERY_BPF = 0xc008240a;

const perfEventOpen = libc.func('long syscall(long, void *, int, int, int, unsigned long)');
const ioctl = libc.func('int ioctl(int, unsigned long, void *)');
const ioctlNumber = libc.func('int ioctl(int, unsigned long, long)');
const readFd = libc.func('long read(int, _Out_ uint8_t *, size_t)');

interface Attributes {
  readonly type: number;
  readonly config: number;
  readonly sampleType?: number;
  readonly readFormat?: number;
  readonly flags?: bigint;
  readonly wakeup?: number;
}

/** Opens an event on one CPU, for all processes: its descriptor, or minus the errno. */
function open(
  { type, config, sampleType = 0, readFormat = 0, flags = 0n, wakeup = 0 }: Attributes,
  cpu: number,
): number {
  const attr = new DataView(new ArrayBuffer(ATTR_BYTES));
  attr.setUint32(0, type, true);
  attr.setUint32(4, ATTR_BYTES, true);
  attr.setBigUint64(8, BigInt(config), true);
  attr.setBigUint64(24, BigInt(sampleType), true);
  attr.setBigUint64(32, BigInt(readFormat), true);
  attr.setBigUint64(40, flags, true);
  attr.setUint32(48, wakeup, true);
  const number = SYSCALL_NUMBER[process.arch] ?? 298;
  const fd = Number(perfEventOpen(number, new Uint8Array(attr.buffer), -1, cpu, -1, CLOEXEC));
  return fd >= 0 ? fd : -errno();
}

/** What read(2) of an event fills: its count, and what its read format adds. */
const counts = new BigUint64Array(3);
const countBytes = new Uint8Array(counts.buffer);

function readCounts(fd: number): number {
  return Number(readFd(fd, countBytes, countBytes.length));
}

/**
 * What a BPF program on one CPU writes with bpf_perf_event_output(). It is read from mapped memory; no process is woken up: the
 * watermark is never reached.
 */
export class OutputEvent {
  private ranNs = 0n;

  private constructor(
    readonly fd: number,
    /** Whether the kernel counts what it lost (Linux 6.0). */
    readonly countsLost: boolean,
  ) {}

  /** @throws Error where the kernel refuses it */
  static open(cpu: number): OutputEvent {
    const attributes = {
      type: PERF_TYPE_SOFTWARE,
      config: PERF_COUNT_SW_BPF_OUTPUT,
      sampleType: PERF_SAMPLE_RAW,
      flags: WATERMARK,
      wakeup: 0xffff_ffff,
    };
    const readFormat = PERF_FORMAT_TOTAL_TIME_RUNNING;
    const counting = open({ ...attributes, readFormat: readFormat | PERF_FORMAT_LOST }, cpu);
    if (counting >= 0) return new OutputEvent(counting, true);
    const fd = open({ ...attributes, readFormat }, cpu);
    if (fd < 0) throw new Error(`perf_event_open(2) on CPU ${cpu}: ${describeErrno(-fd)}`);
    return new OutputEvent(fd, false);
  }

  enable(): void {
    ioctlNumber(this.fd, PERF_EVENT_IOC_ENABLE, 0);
  }

  /** How many records the kernel could not write so far; 0 where it does not count them. */
  get lost(): number {
    return this.countsLost && readCounts(this.fd) === 24 ? Number(counts[2]) : 0;
  }

  /**
   * Whether the event has run since the last call. Its CPU takes it away when it goes offline, also for a suspend of the host, and does not bring it
   * back.
   */
  hasRun(): boolean {
    const before = this.ranNs;
    if (readCounts(this.fd) >= 16) this.ranNs = counts[1] ?? 0n;
    return this.ranNs !== before;
  }

  close(): void {
    closeDescriptor(this.fd);
  }
}

/** Whether a perf event is a tracepoint that BPF programs may be attached to. */
export function isTracepoint(fd: number): boolean {
  // struct perf_event_query_bpf: ids_len, prog_cnt, ids[].
  const query = new Uint8Array(8 + 4 * 64);
  new DataView(query.buffer).setUint32(0, 64, true);
  return Number(ioctl(fd, PERF_EVENT_IOC_QUERY_BPF, query)) === 0;
}

/** Counts the events of a tracepoint on some CPUs, without a program. */
export class TracepointCounter {
  private readonly fds: number[] = [];

  /** `id` is in the tracepoint's `id` file; `filter` as in its `filter` file. @throws Error */
  constructor(id: number, cpus: readonly number[], filter?: string) {
    for (const cpu of cpus) {
      const fd = open({ type: PERF_TYPE_TRACEPOINT, config: id }, cpu);
      if (fd < 0) throw new Error(`counting tracepoint ${id} on CPU ${cpu}: ${describeErrno(-fd)}`);
      this.fds.push(fd);
      if (filter !== undefined && Number(ioctl(fd, PERF_EVENT_IOC_SET_FILTER, Buffer.from(`${filter}\0`))) < 0) {
        throw new Error(`the filter ${filter}: ${describeErrno(errno())}`);
      }
    }
  }

  read(): number {
    let sum = 0;
    for (const fd of this.fds) if (readCounts(fd) >= 8) sum += Number(counts[0]);
    return sum;
  }

  close(): void {
    for (const fd of this.fds) closeDescriptor(fd);
  }
}
