/** Takes the attached programs of a bpftrace over, so that they outlive it, and nothing of it is left when this process ends. */
import {
  MAP_TYPE,
  type MapInfo,
  mapInfo,
  PROGRAM_TYPE_TRACEPOINT,
  type ProgramInfo,
  programInfo,
  programOfLink,
} from '../sys/bpf.js';
import { closeDescriptor } from '../sys/libc.js';
import { isTracepoint } from '../sys/perf-event.js';
import { descriptorsOf, PidFd, TakeOverRefused } from '../sys/pidfd.js';

/** bpftrace's names of the map that its programs write records into, and of its count of those that did not fit. */
const LOSS_MAP = /loss|event_los/;
/** Its name of `@h`, the map of bpf/processes.bt. */
const MARKS_MAP = /^(AT_)?h$/;
/** Its names of the programs of bpf/processes.bt (15 bytes; from 0.21 on they begin with the kind): they write no records. */
const SILENT = /^(tracepoint_task|tracepoint_sche|task_newtask|sched_process_)/;

/** Where the programs write their records. */
export type Outlet =
  /** bpftrace up to 0.17: an array of perf events, one a CPU. */
  | { readonly kind: 'perf'; readonly mapFd: number; readonly entries: number }
  /** 0.18 and later: a ring buffer that all CPUs share, and a counter of what it lost. */
  | { readonly kind: 'ring'; readonly mapFd: number; readonly bytes: number; readonly lossFd: number | undefined };

export const DESCRIPTOR_ROLES = ['records', 'loss', 'marks', 'program', 'silent', 'attachment'] as const;
export type DescriptorRole = (typeof DESCRIPTOR_ROLES)[number];

export class TakenPrograms {
  private attached = true;

  constructor(
    readonly outlet: Outlet,
    /** Descriptors of the programs that write records. */
    readonly programs: readonly number[],
    /** Those of the others, without the intervals'. */
    private readonly silent: readonly number[],
    /** Closing these detaches the programs. */
    private readonly attachments: readonly number[],
    /** The map of bpf/processes.bt; undefined where bpftrace made none. */
    readonly marksFd: number | undefined,
  ) {}

  /** All descriptors, by what they are for: `ofDescriptors` makes the same of them. */
  get descriptors(): ReadonlyMap<DescriptorRole, readonly number[]> {
    return new Map([
      ['records', [this.outlet.mapFd]],
      ['loss', present(this.outlet.kind === 'ring' ? this.outlet.lossFd : undefined)],
      ['marks', present(this.marksFd)],
      ['program', this.programs],
      ['silent', this.silent],
      ['attachment', this.attachments],
    ]);
  }

  /** @throws TakeOverRefused where they lack the map of the records or what attaches the programs; Error of a descriptor that is no map */
  static ofDescriptors(descriptors: ReadonlyMap<DescriptorRole, readonly number[]>): TakenPrograms {
    const all = (role: DescriptorRole) => descriptors.get(role) ?? [];
    const maps = [...all('records'), ...all('loss')].map((fd) => ({ fd, info: mapInfo(fd) }));
    if (all('attachment').length === 0) throw new TakeOverRefused('nothing attaches the programs');
    const [marksFd] = all('marks');
    return new TakenPrograms(outletOf(maps), all('program'), all('silent'), all('attachment'), marksFd);
  }

  /** No program runs any more when those that run now have ended. */
  detach(): void {
    if (!this.attached) return;
    this.attached = false;
    for (const fd of this.attachments) closeDescriptor(fd);
  }

  close(): void {
    this.detach();
    for (const fd of [...this.programs, ...this.silent, ...descriptorsIn(this.outlet), ...present(this.marksFd)])
      closeDescriptor(fd);
  }
}

/**
 * Copies the descriptors of a bpftrace that is ready. Its interval programs stay with it.
 * @throws TakeOverRefused
 */
export function takePrograms(pid: number): TakenPrograms {
  const process = new PidFd(pid);
  const taken: number[] = [];
  const kept = new Set<number>();
  try {
    const take = (kind: RegExp) =>
      descriptorsOf(pid)
        .filter(({ target }) => kind.test(target))
        .map(({ fd }) => {
          const own = process.take(fd);
          taken.push(own);
          return own;
        });
    const maps = take(/bpf-map/).map((fd) => ({ fd, info: mapInfo(fd) }));
    const outlet = outletOf(maps);
    const marksFd = maps.find(({ info }) => info.type === MAP_TYPE.hash && MARKS_MAP.test(info.name))?.fd;
    const programs = take(/bpf-prog/)
      .map((fd) => ({ fd, info: programInfo(fd) }))
      .filter(({ info }) => isTracing(info));
    const isTraced = (id: number) => programs.some(({ info }) => info.id === id);
    const links = take(/bpf[_-]link/).filter((fd) => isTraced(programOfLink(fd)));
    const attachments = [...links, ...take(/perf_event/).filter(isTracepoint)];
    const isSilent = ({ info }: { readonly info: ProgramInfo }) => SILENT.test(info.name);
    const silent = programs.filter(isSilent).map(({ fd }) => fd);
    const writing = programs.filter((each) => !isSilent(each)).map(({ fd }) => fd);
    for (const fd of [...writing, ...silent, ...attachments, ...descriptorsIn(outlet), ...present(marksFd)])
      kept.add(fd);
    return new TakenPrograms(outlet, writing, silent, attachments, marksFd);
  } finally {
    process.close();
    for (const fd of taken) if (!kept.has(fd)) closeDescriptor(fd);
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

function outletOf(maps: readonly OpenMap[]): Outlet {
  const ring = maps.find(({ info }) => info.type === MAP_TYPE.ringBuffer);
  if (ring !== undefined) {
    const loss = maps.find(({ info }) => LOSS_MAP.test(info.name));
    return { kind: 'ring', mapFd: ring.fd, bytes: ring.info.maxEntries, lossFd: loss?.fd };
  }
  const perf = maps.find(({ info }) => info.type === MAP_TYPE.perfEventArray);
  if (perf === undefined) throw new TakeOverRefused('bpftrace has no map that its programs write into');
  return { kind: 'perf', mapFd: perf.fd, entries: perf.info.maxEntries };
}

function descriptorsIn(outlet: Outlet): number[] {
  const lossFd = outlet.kind === 'ring' ? outlet.lossFd : undefined;
  return [outlet.mapFd, ...present(lossFd)];
}

function present(fd: number | undefined): number[] {
  return fd === undefined ? [] : [fd];
}
