import { readFileSync, statSync } from 'node:fs';
import { execa } from 'execa';
import { CLEAN_ENVIRONMENT, programPath } from '../sys/program.js';

/** Where bpftrace 0.14 looks, and nowhere else. */
export const DEBUGFS_TRACING = '/sys/kernel/debug/tracing';
const ROOTS = ['/sys/kernel/tracing', DEBUGFS_TRACING];

/** Where tracefs is mounted, undefined where it is not. */
export function tracefsRoot(): string | undefined {
  // Not existsSync: access(2) takes no notice of the capabilities of a user who is not root.
  return ROOTS.find((root) => {
    try {
      return statSync(`${root}/events`).isDirectory();
    } catch {
      return false;
    }
  });
}

/** Where tracefs is mounted, also where this user may not read it (its mode is 0700): proc_pid_mountinfo(5). */
export function tracefsMount(): string | undefined {
  const mount = / (\/\S+) \S+ (?:\S+ )*- tracefs /.exec(readFileSync('/proc/self/mountinfo', 'utf8'));
  return mount?.[1];
}

/** Mounts tracefs where it belongs; only root may. Answers whether it is there now. */
export async function mountTracefs(): Promise<boolean> {
  const mount = programPath('mount');
  if (mount !== undefined) {
    await execa(mount, ['-t', 'tracefs', 'tracefs', '/sys/kernel/tracing'], {
      reject: false,
      env: CLEAN_ENVIRONMENT,
      extendEnv: false,
    });
  }
  return tracefsRoot() !== undefined;
}

/** The text of a tracepoint's format file (`sock:inet_sock_set_state`), undefined where the kernel has no such tracepoint. */
export function tracepointFormat(tracepoint: string): string | undefined {
  const root = tracefsRoot();
  if (root === undefined) return undefined;
  try {
    return readFileSync(`${root}/events/${tracepoint.replace(':', '/')}/format`, 'utf8');
  } catch {
    return undefined;
  }
}

/** The number of a tracepoint, for perf_event_open(2); undefined where the kernel has no such tracepoint. */
export function tracepointId(tracepoint: string): number | undefined {
  const id = /^ID: (\d+)$/m.exec(tracepointFormat(tracepoint) ?? '')?.[1];
  return id === undefined ? undefined : Number(id);
}

/** The names that a format file's __print_symbolic lists for its numbers, e.g. the reasons of tcp:tcp_send_reset. */
export function symbolsOf(format: string, field: string): ReadonlyMap<number, string> {
  const [, after = ''] = format.split(`__print_symbolic(REC->${field},`);
  const [list = ''] = after.split('__print_symbolic');
  const entries = list.matchAll(/\{ (\d+), "([^"]*)" \}/g);
  return new Map([...entries].map(([, code, name]) => [Number(code), name ?? '']));
}

/** Whether a tracepoint's format file lists a field. */
export function hasField(format: string | undefined, field: string): boolean {
  return format !== undefined && new RegExp(`field:[^;]*\\b${field}(\\[[^\\]]*\\])?;`).test(format);
}

/** Where a field lies in a tracepoint's record. */
export interface FieldPlace {
  /** Bytes from the begin of the record. */
  readonly offset: number;
  /** Bytes, of an array those of all its elements. */
  readonly size: number;
  readonly isSigned: boolean;
  readonly isArray: boolean;
}

/** Where a field lies, as a tracepoint's format file says it; undefined where the file does not list it. */
export function fieldPlace(format: string, field: string): FieldPlace | undefined {
  const line = new RegExp(`field:[^;]*\\b${field}(\\[[^\\]]*\\])?;\\s*offset:(\\d+);\\s*size:(\\d+);\\s*signed:(\\d)`);
  const found = line.exec(format);
  if (found === null) return undefined;
  const [, array, offset, size, signed] = found;
  return { offset: Number(offset), size: Number(size), isSigned: signed === '1', isArray: array !== undefined };
}
