import { readFileSync } from 'node:fs';
import { hostname, release } from 'node:os';

export interface Host {
  readonly host: string;
  /** A new one at every boot: cookies, inodes and boot times of two boots have nothing in common. */
  readonly bootId: string;
  readonly kernel: string;
}

export function readHost(): Host {
  return {
    host: hostname(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    kernel: release(),
  };
}
