import { readFileSync, readlinkSync } from 'node:fs';
import { libc } from './libc.js';

/** Clock ids of include/uapi/linux/time.h. */
const CLOCK_REALTIME = 0;
const CLOCK_THREAD_CPUTIME_ID = 3;
const CLOCK_MONOTONIC_COARSE = 6;
const CLOCK_BOOTTIME = 7;

const clockGettime = libc.func('int clock_gettime(int, _Out_ uint8_t *)');
const clockGetres = libc.func('int clock_getres(int, _Out_ uint8_t *)');
const buffer = new BigInt64Array(2);
const bytes = new Uint8Array(buffer.buffer);

function readUs(clock: number): number {
  clockGettime(clock, bytes);
  return Number(buffer[0]) * 1e6 + Number(buffer[1]) / 1e3;
}

/** CPU time that the calling thread has used so far, in the kernel too, microseconds. */
export function threadCpuUs(): number {
  return readUs(CLOCK_THREAD_CPUTIME_ID);
}

/** Microseconds since boot, suspend included: the clock of every BPF event. */
export function bootTimeUs(): number {
  return readUs(CLOCK_BOOTTIME) - namespaceOffsetUs;
}

/** What the time namespace of this process adds to CLOCK_BOOTTIME, microseconds (time_namespaces(7)): to that of BPF events it does not. */
const namespaceOffsetUs = readNamespaceOffsetUs();

function readNamespaceOffsetUs(): number {
  try {
    // The offsets are those of the namespace for children.
    if (readlinkSync('/proc/self/ns/time') !== readlinkSync('/proc/self/ns/time_for_children')) return 0;
    return boottimeOffsetUs(readFileSync('/proc/self/timens_offsets', 'latin1'));
  } catch {
    // Before Linux 5.6, or without CONFIG_TIME_NS.
    return 0;
  }
}

/** Of the text of /proc/PID/timens_offsets; Linux 5.6 has the number of the clock there. */
export function boottimeOffsetUs(text: string): number {
  const [, seconds, nanoseconds] = /^(?:boottime|7)\s+(-?\d+)\s+(\d+)$/m.exec(text) ?? [];
  return Number(seconds ?? 0) * 1e6 + Number(nanoseconds ?? 0) / 1e3;
}

/**
 * Wall clock minus boot clock, in microseconds. Of three readings the one least disturbed by scheduling is taken, so
 * that the error stays within a few microseconds.
 */
export function wallOffsetUs(): number {
  let best = { width: Number.POSITIVE_INFINITY, offset: 0 };
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = bootTimeUs();
    const wall = readUs(CLOCK_REALTIME);
    const after = bootTimeUs();
    if (after - before < best.width) best = { width: after - before, offset: wall - (before + after) / 2 };
  }
  return best.offset;
}

/** The time of one jiffy of the kernel, 1 / CONFIG_HZ, microseconds: coarse clocks advance by it (clock_getres(2)). */
export function tickUs(): number {
  clockGetres(CLOCK_MONOTONIC_COARSE, bytes);
  return Number(buffer[0]) * 1e6 + Number(buffer[1]) / 1e3;
}
