/** The host that the page is about, over a fleet. It stays: another host is another page, whose answers must not mix with those of this one. */
import { signal } from '@preact/signals';
import { selectionOf } from '../selection-address.js';

/** Empty: the page is about one database, or about all hosts. */
export const pageHost = selectionOf(location.search).host;

/** The range that is shown, microseconds; info.ts sets it. */
export const shownTimes = signal<{ readonly from: number; readonly to: number } | undefined>(undefined);

type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

const TIMES = ['from', 'to', 'at', 'first', 'second'];

/** The parameters of a request about a host, with the times that are shown where they name none. */
export function asked(parameters: Parameters): Parameters {
  return TIMES.some((name) => parameters[name] !== undefined) ? parameters : { ...shownTimes.peek(), ...parameters };
}
