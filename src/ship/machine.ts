import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** machine-id(5): the id is not to be shown to others, so what is shipped is derived from it. */
const FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id'];
/** Of sstory, random. */
const APPLICATION = Buffer.from('5d1c09f2a7e34b689a41c2f3e07d5b16', 'hex');

/**
 * A UUID of this machine, the same after every boot, as sd_id128_get_machine_app_specific(3) makes it. Without a machine id (some
 * containers), that of the host name.
 */
export function machineUuid(
  host: string,
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): string {
  const id = FILES.map((path) => idIn(path, read)).find((found) => found !== undefined);
  const key = id ?? createHash('sha256').update(host).digest().subarray(0, 16);
  const bytes = createHmac('sha256', key).update(APPLICATION).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function idIn(path: string, read: (path: string) => string): Buffer | undefined {
  try {
    const text = read(path).trim();
    return /^[0-9a-f]{32}$/.test(text) ? Buffer.from(text, 'hex') : undefined;
  } catch {
    return undefined;
  }
}
