import { readFileSync } from 'node:fs';

const CPUS = '/sys/devices/system/cpu';

/** The numbers of the CPUs that run now, as the kernel writes them, such as `0-3,8`. */
export function onlineList(): string {
  return readFileSync(`${CPUS}/online`, 'utf8').trim();
}

/** How many CPUs the kernel keeps room for: an array with an element a CPU has that many. */
export function possibleCpus(): number {
  return Math.max(...cpusOfList(readFileSync(`${CPUS}/possible`, 'utf8'))) + 1;
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
