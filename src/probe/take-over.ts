/** Takes the attached programs of a bpftrace over, so that they outlive it, and nothing of it is left when this process ends. */
import {
  closeDescriptor,
  MAP_TYPE,
  type MapInfo,
  mapInfo,
  PROGRAM_TYPE_TRACEPOINT,
  type ProgramInfo,
  programInfo,
  programOfLink,
} from '../sys/bpf.js';
import { isTracepoint } from '../sys/perf-event.js';
import { descriptorsOf, PidFd, TakeOverRefused } from '../sys/pidfd.js';

/** bpftrace's names of the map that its programs write records into, and of its count of those that did not fit. */
const LOSS_MAP = /loss|event_los/;

/** Where the programs write their records. */
export type Outlet =
  /** bpftrace up to 0.17: an array of perf events, one a CPU. */
  | { readonly kind: 'perf'; readonly mapFd: number; readonly entries: number }
  /** 0.18 and later: a ring buffer that all CPUs share, and a counter of what it lost. */
  | { readonly kind: 'ring'; readonly mapFd: number; readonly bytes: number; readonly lossFd: number | undefined };

export class TakenPrograms {
  private attached = true;

  constructor(
    readonly outlet: Outlet,
    /** Descriptors of the programs, without the intervals', in the order of bpf/. */
    readonly programs: readonly number[],
    /** Closing these detaches the programs. */
    private readonly attachments: readonly number[],
  ) {}

  /** No program runs any more when those that run now have ended. */
  detach(): void {
    if (!this.attached) return;
    this.attached = false;
    for (const fd of this.attachments) closeDescriptor(fd);
  }

  close(): void {
    this.detach();
    for (const fd of this.programs) closeDescriptor(fd);
    closeDescriptor(this.outlet.mapFd);
    if (this.outlet.kind === 'ring' && this.outlet.lossFd !== undefined) closeDescriptor(this.outlet.lossFd);
  }
}

/**
 * Copies the descriptors of a bpftrace that is ready. Its interval programs stay with it.
 * @throws TakeOverRefused
 */
export function takePrograms(pid: number): TakenPrograms {
  const process = new PidFd(pid);
  const unused: number[] = [];
  try {
    const take = (kind: RegExp) =>
      descriptorsOf(pid)
        .filter(({ target }) => kind.test(target))
        .map(({ fd }) => process.take(fd));
    const maps = take(/bpf-map/).map((fd) => ({ fd, info: mapInfo(fd) }));
    const programs = take(/bpf-prog/).map((fd) => ({ fd, info: programInfo(fd) }));
    const links = take(/bpf[_-]link/).map((fd) => ({ fd, program: programOfLink(fd) }));
    const events = take(/perf_event/);

    const isTraced = (id: number) => programs.some(({ info }) => info.id === id && isTracing(info));
    const tracing = programs.filter(({ info }) => isTracing(info)).sort((a, b) => a.info.id - b.info.id);
    const kept = {
      programs: tracing.map(({ fd }) => fd),
      attachments: [
        ...links.filter(({ program }) => isTraced(program)).map(({ fd }) => fd),
        ...events.filter(isTracepoint),
      ],
    };
    const outlet = outletOf(maps);
    const used = new Set([...kept.programs, ...kept.attachments, ...outlet.fds]);
    for (const fd of [...maps, ...programs, ...links].map((each) => each.fd).concat(events))
      if (!used.has(fd)) unused.push(fd);
    return new TakenPrograms(outlet.outlet, kept.programs, kept.attachments);
  } finally {
    process.close();
    for (const fd of unused) closeDescriptor(fd);
  }
}

/** An interval's program is of another type. */
function isTracing({ type }: ProgramInfo): boolean {
  return type === PROGRAM_TYPE_TRACEPOINT;
}

interface OpenMap {
  readonly fd: number;
  readonly info: MapInfo;
}

function outletOf(maps: readonly OpenMap[]): { readonly outlet: Outlet; readonly fds: readonly number[] } {
  const ring = maps.find(({ info }) => info.type === MAP_TYPE.ringBuffer);
  if (ring !== undefined) {
    const loss = maps.find(({ info }) => LOSS_MAP.test(info.name));
    const outlet = { kind: 'ring', mapFd: ring.fd, bytes: ring.info.maxEntries, lossFd: loss?.fd } as const;
    return { outlet, fds: loss === undefined ? [ring.fd] : [ring.fd, loss.fd] };
  }
  const perf = maps.find(({ info }) => info.type === MAP_TYPE.perfEventArray);
  if (perf === undefined) throw new TakeOverRefused('bpftrace has no map that its programs write into');
  return { outlet: { kind: 'perf', mapFd: perf.fd, entries: perf.info.maxEntries }, fds: [perf.fd] };
}
