import { readdirSync, readFileSync } from 'node:fs';
import { fieldsAfterName } from '../../src/sys/process-stat.js';

export interface ChildOf {
  readonly pid: number;
  /** Its command line, the words separated by NULs. */
  readonly words: string;
}

/** The children of a process that run. */
export function childrenOf(pid: number): ChildOf[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [state, parent] = fieldsAfterName(readFileSync(`/proc/${name}/stat`, 'utf8'));
      if (Number(parent) !== pid || state === 'Z') return [];
      return [{ pid: Number(name), words: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
    } catch {
      return [];
    }
  });
}
