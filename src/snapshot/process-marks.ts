import { BpfHash } from '../sys/bpf-hash.js';
import type { Processes } from './owners.js';

/** The processes that the BPF programs follow (bpf/processes.bt): those that opened or accepted sockets, and their children. */
export interface ProcessMarks {
  /**
   * Each with the boot time of its fork or last exec since it is followed, whole microseconds, 0: of none; the fraction is another one
   * after each other change of its name.
   */
  read(): ReadonlyMap<number, number>;
  follow(pid: number): void;
  leave(pid: number): void;
}

/** The value of a process that has neither forked nor executed since it is followed. */
const UNCHANGED = 1;

/** Bits of a value below its time, and the lowest of those that count: bpf/processes.bt. */
const [TIME_FROM, COUNT_FROM] = [1024, 16];

/** A value of the map as `ProcessMarks` has it. */
export function markOf(ns: number): number {
  const low = ns % TIME_FROM;
  return Math.floor((ns - low) / 1000) + Math.floor(low / COUNT_FROM) / (TIME_FROM / COUNT_FROM);
}

/** The map of bpf/processes.bt. */
class MarkMap implements ProcessMarks {
  constructor(
    private readonly map: BpfHash,
    private readonly marks: ReadonlyMap<number, number>,
    private readonly processes: Pick<Processes, 'exists'>,
  ) {}

  read(): ReadonlyMap<number, number> {
    return this.marks;
  }

  follow(pid: number): void {
    this.map.add(pid, UNCHANGED);
    // It has ended meanwhile, and its number will be another's.
    if (!this.processes.exists(pid)) this.map.delete(pid);
  }

  leave(pid: number): void {
    this.map.delete(pid);
  }
}

/** Opens the map again where its descriptor is another one than before. */
export class MarkReader {
  private fd: number | undefined;
  private map: BpfHash | undefined;

  constructor(private readonly processes: Pick<Processes, 'exists'>) {}

  /** The marks of now; undefined where the map is missing or cannot be read. */
  marks(fd: number | undefined): ProcessMarks | undefined {
    if (fd === undefined) return undefined;
    try {
      if (this.map === undefined || this.fd !== fd) this.map = new BpfHash(fd);
      this.fd = fd;
      const marks = this.map.read();
      if (marks === undefined) return undefined;
      for (const [pid, ns] of marks) marks.set(pid, markOf(ns));
      return new MarkMap(this.map, marks, this.processes);
    } catch {
      this.map = undefined;
      return undefined;
    }
  }
}
