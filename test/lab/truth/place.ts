/** The network namespaces of a story, and what the real ss shows in them. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { execa } from 'execa';
import { readSsTable, type SsRow } from './ss-table.js';

/** The clock of the wall, which Node reads in milliseconds: the earliest and the latest that it can be. */
export function now(): { readonly fromUs: number; readonly toUs: number } {
  const fromUs = Date.now() * 1000;
  return { fromUs, toUs: fromUs + 999 };
}

/** A namespace that has been opened by its file, so that it can be entered when nothing else is left in it but sockets. */
export class Place {
  readonly netns: number;
  readonly createdUs = now().fromUs;
  private fd: number | undefined;
  /** Its processes have gone elsewhere: no snapshot can find it any more. */
  isAbandoned = false;
  /** When nothing but its sockets kept it any more. */
  leftUs = Number.POSITIVE_INFINITY;

  /** `addresses`: at which other places reach it, of both families. */
  constructor(
    /** Short, for messages. */
    readonly title: string,
    path: string,
    readonly addresses: readonly string[] = [],
  ) {
    this.fd = openSync(path, 'r');
    this.netns = fstatSync(this.fd).ino;
  }

  /** A file to enter it by. */
  get path(): string {
    if (this.fd === undefined) throw new Error(`${this.title} was left`);
    return `/proc/${process.pid}/fd/${this.fd}`;
  }

  get isLeft(): boolean {
    return this.fd === undefined;
  }

  /** From now on only what is in it keeps it. */
  leave(): void {
    if (this.fd === undefined) return;
    closeSync(this.fd);
    this.leftUs = now().toUs;
    this.fd = undefined;
  }
}

/** What ss showed, and between which times it ran. */
export interface Look {
  readonly place: Place;
  readonly step: string;
  readonly fromUs: number;
  readonly toUs: number;
  readonly rows: readonly SsRow[];
}

/** Runs `ss -tanpeOH` in a place. */
export async function lookAt(place: Place, step: string): Promise<Look> {
  const { fromUs } = now();
  const { stdout } = await execa('nsenter', [`--net=${place.path}`, 'ss', '-tanpeOH']);
  return { place, step, fromUs, toUs: now().toUs, rows: readSsTable(stdout) };
}
