import { spawnSync } from 'node:child_process';
import { type SsTraits, type SsVersion, traitsOf } from '../../view/ss/ss-traits.js';

/** `ss -V` answers within milliseconds. */
const WITHIN_MS = 1_000;

let known: SsTraits | undefined;

/** How the installed ss prints; the newest one where none is installed. */
export function installedSs(): SsTraits {
  known ??= traitsOf(versionIn(spawnSync('ss', ['-V'], { encoding: 'utf8', timeout: WITHIN_MS }).stdout ?? ''));
  return known;
}

/** Up to iproute2 4 the answer has a date: `iproute2-ss170905`. */
const WITH_DATE: SsVersion = [4, 0];

/** The release in `ss utility, iproute2-6.1.0`. */
export function versionIn(text: string): SsVersion | undefined {
  if (/\biproute2-ss\d/.test(text)) return WITH_DATE;
  const found = /\biproute2-(\d+)\.(\d+)/.exec(text);
  return found === null ? undefined : [Number(found[1]), Number(found[2])];
}
