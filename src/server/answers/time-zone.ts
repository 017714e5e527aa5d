import { usageError } from '../../model/error.js';
import { localTime } from '../../model/time-text.js';

/**
 * Until this is disposed, times are written in a zone. Node reads TZ again when it is set; only for a process that answers one request
 * at a time.
 * @throws SstoryError `bad-time-zone`
 */
export function inTimeZone(zone: string | undefined): Disposable {
  const before = process.env['TZ'];
  if (zone === undefined) return { [Symbol.dispose]: () => undefined };
  if (!isZone(zone)) throw usageError('bad-time-zone', `no time zone "${zone}"`, 'for example Europe/Zurich');
  set(zone);
  return { [Symbol.dispose]: () => set(before) };
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

function set(zone: string | undefined): void {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
  // It remembers the second that it wrote last.
  localTime(0);
}
