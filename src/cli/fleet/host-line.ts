/** How lines about many hosts begin. */
import type { Machine } from '../../fleet/connection-of-row.js';
import { jsonText, printable } from '../../model/printable.js';

/** Names of hosts are that wide at least, so that lines stay in columns. */
const HOST_WIDTH = 12;

export function hostLine({ host }: Machine, line: string): string {
  return `${printable(host).padEnd(HOST_WIDTH)}  ${line}`;
}

/** The host as the first keys of a JSON object. */
export function hostJson({ host, machine, file }: Machine, object: string): string {
  return `{${jsonText({ host, machine, file }).slice(1, -1)},${object.slice(1)}`;
}
