import { readFileSync } from 'node:fs';

/** A size in /proc/PID/status (proc_pid_status(5)), bytes; undefined where it is missing or the process has ended. */
export function statusBytes(pid: number, name: 'VmHWM' | 'VmRSS' | 'RssAnon'): number | undefined {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** The most that was resident so far, as long as the process can be asked. */
export function watchPeak(pid: number): { peakBytes: () => number } {
  let peakBytes = 0;
  const look = () => {
    peakBytes = Math.max(peakBytes, statusBytes(pid, 'VmHWM') ?? 0);
  };
  look();
  const timer = setInterval(look, 100);
  return {
    peakBytes: () => {
      clearInterval(timer);
      return peakBytes;
    },
  };
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
