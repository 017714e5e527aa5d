import { readFileSync } from 'node:fs';

/** The numbers of the CPUs that this host has, also those that are offline now; they need not be without holes. */
export function presentCpus(): number[] {
  return cpusOfList(readFileSync('/sys/devices/system/cpu/present', 'utf8'));
}

/** The numbers in a list such as `0-3,8,10-11`. */
export function cpusOfList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}
