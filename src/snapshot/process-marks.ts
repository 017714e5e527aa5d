import { BpfHash } from '../sys/bpf-hash.js';
import type { ProcessMarks } from './owner-watch.js';
import type { Processes } from './owners.js';

/** The value of a process that has neither forked nor executed since it is followed. */
const UNCHANGED = 1;

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
      for (const [pid, ns] of marks) marks.set(pid, ns === UNCHANGED ? 0 : ns / 1000);
      return new MarkMap(this.map, marks, this.processes);
    } catch {
      this.map = undefined;
      return undefined;
    }
  }
}
