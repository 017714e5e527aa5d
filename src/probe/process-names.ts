import type { BpfMap } from '../sys/bpf.js';

/** TASK_COMM_LEN of include/linux/sched.h. */
const COMM_LENGTH = 16;
/** Names kept in bpftrace's map before those that were read are taken out. */
const MAX_NAMES = 16_384;

/** Names of processes, from the map that the programs write a process's name into before each of its records. */
export class ProcessNames {
  /** Read in this pass: a look-up is a system call. */
  private readonly fresh = new Map<number, string>();
  /** What the map holds, as far as it was read. */
  private stored = new Map<number, string>();
  /** What was taken out of the map last: a record may still have been on its way. */
  private retired: ReadonlyMap<number, string> = new Map();

  constructor(private readonly map: BpfMap) {}

  /** To be called before a pass: a process may have another name by now. */
  beginPass(): void {
    this.fresh.clear();
    if (this.stored.size <= MAX_NAMES) return;
    for (const pid of this.stored.keys()) this.map.delete(pid);
    this.retired = this.stored;
    this.stored = new Map();
  }

  /** The name as ps shows it, '' where it is not known. */
  of(pid: number): string {
    const known = this.fresh.get(pid);
    if (known !== undefined) return known;
    const value = this.map.lookup(pid);
    const name = value === undefined ? (this.retired.get(pid) ?? '') : textOf(value);
    this.fresh.set(pid, name);
    if (value !== undefined) this.stored.set(pid, name);
    return name;
  }

  close(): void {
    this.map.close();
  }
}

/** A command name up to its NUL; bytes that are no UTF-8 become replacement characters. */
function textOf(bytes: Uint8Array): string {
  const length = bytes.subarray(0, COMM_LENGTH).indexOf(0);
  return Buffer.from(bytes.subarray(0, length < 0 ? COMM_LENGTH : length)).toString('utf8');
}
