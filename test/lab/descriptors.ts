import { readdirSync, readlinkSync } from 'node:fs';

/** What the descriptors of a process refer to: the links of /proc/PID/fd (proc(5)); empty of one that was closed meanwhile. */
export function descriptorsOf(pid: number | 'self' = 'self'): string[] {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).map((fd) => {
    try {
      return readlinkSync(`${directory}/${fd}`);
    } catch {
      return '';
    }
  });
}
