import { readFileSync } from 'node:fs';

/** The most that was resident so far (VmHWM of proc(5)), as long as the process can be asked. */
export function watchPeak(pid: number): { peakBytes: () => number } {
  let peakBytes = 0;
  const look = () => {
    try {
      const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      peakBytes = Math.max(peakBytes, Number(kilobytes ?? 0) * 1024);
    } catch {
      // It has ended.
    }
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
