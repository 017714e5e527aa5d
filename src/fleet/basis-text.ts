/** What an answer rests on, for people and as JSON. */

import { counted } from '../model/counted.js';
import { jsonText } from '../model/printable.js';
import { durationText, isoTime, localTime } from '../model/time-text.js';
import { type Basis, standingAs, widestClock } from './basis.js';

/** Hosts that a line names. */
const MOST_NAMED = 3;
/** Hosts send every 10 seconds, microseconds. */
const SAID_APART_US = 20_000_000;
/** A difference of clocks below this is not worth a word, microseconds. */
const SAID_CLOCK_US = 1_000;

/** `2026-11-21 14:05:00: 487 of 500 hosts complete, 9 behind (oldest 14:02:10), 4 with gaps (web-3, web-9 and 2 more)`. */
export function basisLines(basis: Basis): readonly string[] {
  const { fromUs, toUs } = basis.window;
  const time = fromUs === toUs ? shortTime(toUs) : `${shortTime(fromUs)} to ${shortTime(toUs)}`;
  const later = standingAs(basis, 'later');
  const all = basis.hosts.length - later.length;
  if (all === 0) return [`${time}: no host of the fleet has sent anything of that time`];
  const behind = standingAs(basis, 'behind');
  const gaps = standingAs(basis, 'gap');
  const complete = standingAs(basis, 'complete');
  const oldest = behind.reduce((least, { completeUs }) => Math.min(least, completeUs), Number.MAX_SAFE_INTEGER);
  const parts = [
    `${complete.length} of ${all} ${all === 1 ? 'host' : 'hosts'} complete`,
    ...(behind.length === 0 ? [] : [`${behind.length} behind (oldest ${shortTime(oldest)}: ${namesOf(behind)})`]),
    ...(gaps.length === 0 ? [] : [`${gaps.length} with gaps (${namesOf(gaps)})`]),
    ...(later.length === 0 ? [] : [`${later.length} began later`]),
  ];
  return [`${time}: ${parts.join(', ')}`, ...earlyLines(basis), ...clockLines(basis), ...countedLines(basis)];
}

/** `3 hosts: complete up to 2026-11-21 14:05:10, web-3 up to 14:02:10 only`: of a question about no certain time. */
export function reachLine(basis: Basis): string {
  const inOrder = [...basis.hosts].sort((a, b) => a.completeUs - b.completeUs);
  const [oldest, newest] = [inOrder[0], inOrder.at(-1)];
  if (oldest === undefined || newest === undefined) return 'no host of the fleet has sent anything yet';
  const hosts = `${inOrder.length} ${inOrder.length === 1 ? 'host' : 'hosts'}`;
  if (newest.completeUs - oldest.completeUs < SAID_APART_US)
    return `${hosts}: complete up to ${shortTime(oldest.completeUs)}`;
  const [until, last] = [oldest, newest].map(({ completeUs }) => shortTime(completeUs));
  return `${hosts}: complete up to ${last}, ${oldest.host} up to ${until} only`;
}

function earlyLines({ hosts }: Basis): readonly string[] {
  const early = hosts.filter(({ beforeSnapshot }) => beforeSnapshot);
  if (early.length === 0) return [];
  const where = `on ${counted(early.length, 'host')} (${namesOf(early)})`;
  return [`no snapshot had been taken yet then ${where}: sockets opened before its recorder started are missing`];
}

function clockLines(basis: Basis): readonly string[] {
  const widest = widestClock(basis);
  if (widest === undefined || widest.us < SAID_CLOCK_US) return [];
  return [
    `times are of each host's clock; they differ from the server's by up to ${durationText(widest.us)} (${widest.host})`,
  ];
}

function countedLines(basis: Basis): readonly string[] {
  const partly = basis.hosts.filter(({ what }) => what !== 'all').length;
  if (partly === 0) return [];
  const hosts = partly === 1 ? '1 host sends' : `${partly} hosts send`;
  const rest = basis.counted === 0 ? '' : `; ${basis.counted} of that time were counted, not listed`;
  return [`${hosts} a part of the closed connections only (sstory ship --what)${rest}`];
}

function namesOf(hosts: readonly { readonly host: string }[]): string {
  const named = hosts.slice(0, MOST_NAMED).map(({ host }) => host);
  const more = hosts.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Without a fraction of zero. */
function shortTime(us: number): string {
  return localTime(us).replace(/\.0+$/, '');
}

/** The line of `--json` that stands before the rows. */
export function basisJson(basis: Basis): string {
  const behind = standingAs(basis, 'behind');
  const widest = widestClock(basis);
  return jsonText({
    type: 'basis',
    from_us: basis.window.fromUs,
    to_us: basis.window.toUs,
    at: isoTime(basis.window.toUs),
    hosts: basis.hosts.length - standingAs(basis, 'later').length,
    complete: standingAs(basis, 'complete').length,
    behind: behind.map(({ host, machine, completeUs }) => ({ host, machine, complete_us: completeUs })),
    gaps: standingAs(basis, 'gap').map(({ host, machine }) => ({ host, machine })),
    later: standingAs(basis, 'later').map(({ host, machine }) => ({ host, machine })),
    before_snapshot: basis.hosts
      .filter(({ beforeSnapshot }) => beforeSnapshot)
      .map(({ host, machine }) => ({ host, machine })),
    clock_us: widest?.us ?? null,
    clock_host: widest?.host ?? null,
    partly: basis.hosts.filter(({ what }) => what !== 'all').length,
    counted: basis.counted,
  });
}
