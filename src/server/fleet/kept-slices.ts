/** Slices of hosts as databases: what the page shows of one host is read from them, as from the host's own file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetMachine } from '../../fleet/page/machines.js';
import type { Interval } from '../../model/interval.js';
import { HistoryDesks } from '../history-desks.js';

/** Writes a database with what a host sent of a window. */
export type MakeSlice = (machine: FleetMachine, window: Interval, path: string) => Promise<void>;

interface Slice {
  readonly machine: string;
  readonly window: Interval;
  /** Up to when the host had sent everything, when it was made. */
  readonly completeUs: number;
  readonly path: string;
  readonly desks: Promise<HistoryDesks>;
  usedMs: number;
}

const MOST_SLICES = 4;
/** A slice has more than what was asked for, by this share of it at both ends: a zoom or a pan needs no other one. */
const AROUND = 0.5;
const LEAST_AROUND_US = 30_000_000;
/** Where a host has sent more since, its part that was missing is read again after so long, microseconds of its history. */
const FRESH_US = 20_000_000;

export class KeptSlices {
  private readonly slices: Slice[] = [];
  private directory: string | undefined;
  private last = 0;

  /** @param fleet its URL, for commands that print the same */
  constructor(
    private readonly fleet: string,
    private readonly make: MakeSlice,
  ) {}

  /**
   * What answers questions about a window of a host. Without a window: the one that was used last, or `otherwise`.
   * @throws what `make` throws
   */
  async desksFor(machine: FleetMachine, window: Interval | undefined, otherwise: Interval): Promise<HistoryDesks> {
    const slice = this.found(machine, window) ?? this.add(machine, window ?? otherwise);
    slice.usedMs = performance.now();
    return await slice.desks;
  }

  close(): void {
    for (const slice of this.slices.splice(0)) this.end(slice);
    if (this.directory !== undefined) rmSync(this.directory, { recursive: true, force: true });
    this.directory = undefined;
  }

  /** The smallest that has the window; what lies behind what its host had sent counts where it has not sent much more. */
  private found(machine: FleetMachine, window: Interval | undefined): Slice | undefined {
    const own = this.slices.filter((slice) => slice.machine === machine.machine);
    if (window === undefined) return own.sort((a, b) => b.usedMs - a.usedMs)[0];
    return own
      .filter(
        ({ window: of, completeUs }) =>
          of.fromUs <= window.fromUs &&
          of.toUs >= window.toUs &&
          (window.toUs <= completeUs || machine.completeUs - completeUs < FRESH_US),
      )
      .sort((a, b) => a.window.toUs - a.window.fromUs - (b.window.toUs - b.window.fromUs))[0];
  }

  private add(machine: FleetMachine, { fromUs, toUs }: Interval): Slice {
    const aroundUs = Math.max(LEAST_AROUND_US, Math.ceil((toUs - fromUs) * AROUND));
    const window = { fromUs: Math.floor(fromUs - aroundUs), toUs: Math.ceil(toUs + aroundUs) };
    // Deleted when the server ends; only its user can read it.
    this.directory ??= mkdtempSync(join(tmpdir(), 'sstory-fleet-'));
    const path = join(this.directory, `${++this.last}.db`);
    const sliceOf = { fleet: this.fleet, host: machine.host, machine: machine.machine };
    const slice: Slice = {
      ...{ machine: machine.machine, window, completeUs: machine.completeUs, path, usedMs: performance.now() },
      desks: this.make(machine, window, path).then(() => new HistoryDesks(path, sliceOf)),
    };
    slice.desks.catch(() => this.remove(slice));
    this.slices.push(slice);
    while (this.slices.length > MOST_SLICES) {
      const oldest = this.slices.reduce((a, b) => (a.usedMs <= b.usedMs ? a : b));
      this.remove(oldest);
    }
    return slice;
  }

  private remove(slice: Slice): void {
    const place = this.slices.indexOf(slice);
    if (place < 0) return;
    this.slices.splice(place, 1);
    this.end(slice);
  }

  private end(slice: Slice): void {
    const clean = () => {
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${slice.path}${suffix}`, { force: true });
    };
    slice.desks.then((desks) => {
      desks.close();
      clean();
    }, clean);
  }
}
