/** From the page of a fleet to that of a host, and back. */
import { selection } from '../selection.js';
import { addressOf, NOTHING_SELECTED, type Selection } from '../selection-address.js';
import { pageHost, shownTimes } from './page-host.js';

/** The address of a host's page with the range and the filter that are shown; an empty name: of all hosts. */
export function hostAddress(host: string, part: Partial<Selection> = {}): string {
  const { filter } = selection.value;
  const address = addressOf({ ...NOTHING_SELECTED, filter, ...shownTimes.value, ...part, host });
  return `${location.pathname}${address}`;
}

/** Goes to the page of a host; the Back button returns. */
export function openHost(host: string, part: Partial<Selection> = {}): void {
  location.assign(hostAddress(host, part));
}

/** Back to all hosts. */
export function showHosts(): void {
  if (pageHost !== '') location.assign(hostAddress(''));
}
