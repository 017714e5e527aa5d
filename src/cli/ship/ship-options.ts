/** The arguments of `sstory ship`. */
import { basename, isAbsolute, normalize } from 'node:path';
import { usageError } from '../../model/error.js';
import { isShipName } from '../../ship/state.js';

/** Where to ship to. */
export type ShipTo =
  | { readonly kind: 'dir'; readonly path: string; readonly name: string }
  | { readonly kind: 'clickhouse'; readonly url: string; readonly name: string };

const WAYS = 'https://USER@HOST:8443/DATABASE, or dir:/PATH';

/** @throws SstoryError `bad-place` (exit code 2) */
export function shipTo(text: string): ShipTo {
  if (text.startsWith('dir:')) {
    const path = text.slice('dir:'.length);
    if (!isAbsolute(path))
      throw usageError('bad-place', `"${text}" does not name a whole path`, 'as in dir:/var/tmp/tcp');
    const normal = normalize(path).replace(/(?<=.)\/$/, '');
    return { kind: 'dir', path: normal, name: nameOf(basename(normal)) };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // What cannot be read may have a password in it.
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw usageError('bad-place', 'the place is neither a URL nor a directory', WAYS);
  return { kind: 'clickhouse', url: text, name: nameOf(url.hostname) };
}

function nameOf(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return name === '' ? 'ship' : name;
}

/** @throws SstoryError `bad-name` (exit code 2) */
export function shipName(text: string): string {
  if (isShipName(text)) return text;
  throw usageError('bad-name', `invalid name "${text}"`, 'letters, digits, dots, dashes and underscores, at most 64');
}

/** @throws SstoryError `bad-pace` (exit code 2) */
export function paceFactor(text: string): number {
  const factor = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (factor > 1 && factor <= 1_000) return factor;
  throw usageError('bad-pace', `invalid factor "${text}"`, 'more than 1, for example 1.5');
}
