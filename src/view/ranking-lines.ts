/** Ranked groups of connections, as a table and as JSON. */
import type { Interval } from '../model/interval.js';
import { jsonText } from '../model/printable.js';
import { sizeText } from '../model/size.js';
import { durationText, isoTime } from '../model/time-text.js';
import { FLEET_GROUP_KINDS, type FleetGroupKind } from '../query/ranking/group-key.js';
import type { GroupInFleet, RankedGroup } from '../query/ranking/group-total.js';
import { alignedTable } from './aligned-table.js';

export interface Ranking {
  readonly kind: FleetGroupKind;
  readonly window: Interval;
  /** The name of a network namespace in the window. */
  readonly netnsName: (group: RankedGroup) => string | undefined;
  /** Groups of many hosts: they have a column for how many. */
  readonly showHosts?: boolean;
}

/** Where a value is not known, or the group has none. */
const NONE = '-';
/** So many cells of a key are shown. */
const WIDEST_KEY = 40;

const TITLES = ['connects', 'failed', 'p50', 'p95', 'accepts', 'open', 'bytes', 'retrans', ''];

/** After a number that is the least: of some connections of the group it is not known. */
const AT_LEAST = '+';

/** The header, and a line for each group. */
export function rankingLines(groups: readonly RankedGroup[], ranking: Ranking): string[] {
  const { kind, showHosts = false } = ranking;
  const rows = groups.map((group) => [
    keyText(group, ranking),
    ...(showHosts ? [group.inFleet?.hosts ?? 1] : []),
    group.connects,
    atLeast(group.failed, group.inFleet?.failedUnknownOf),
    timeText(group.connectTime?.medianUs),
    timeText(group.connectTime?.p95Us),
    group.accepts,
    group.open,
    bytesText(group),
    atLeast(group.retransmits, group.inFleet?.retransmitsUnknownOf),
    [...group.failures].map(([reason, count]) => `${reason} ${count.toLocaleString('en')}`).join(', '),
  ]);
  return alignedTable([[FLEET_GROUP_KINDS[kind], ...(showHosts ? ['hosts'] : []), ...TITLES], ...rows]);
}

/** Text where not all is known: `3+`, and `-` in place of `0+`. */
function atLeast(count: number, unknownOf = 0): number | string {
  if (unknownOf === 0) return count;
  return count === 0 ? NONE : `${count.toLocaleString('en')}${AT_LEAST}`;
}

/** A group as one line of JSON: stable keys; null: not known, or none. */
export function rankingJson(group: RankedGroup, ranking: Ranking): string {
  const { key, connects, accepts, failed, failures, bytesSent, bytesReceived, retransmits, connectTime, open } = group;
  const { inFleet } = group;
  const { kind, window } = ranking;
  return jsonText({
    type: 'top',
    by: kind,
    ...(kind === 'machine' ? {} : { [kind]: key ?? null }),
    ...(kind === 'netns' ? { netns_name: ranking.netnsName(group) ?? null } : {}),
    ...(inFleet?.host === undefined ? {} : { host: inFleet.host, machine: inFleet.machine }),
    since_us: window.fromUs,
    since: isoTime(window.fromUs),
    until_us: window.toUs,
    until: isoTime(window.toUs),
    connects,
    accepts,
    failed,
    failures: Object.fromEntries(failures),
    bytes_sent: bytesSent ?? null,
    bytes_received: bytesReceived ?? null,
    retransmits,
    connect_times: connectTime?.count ?? 0,
    connect_median_us: connectTime?.medianUs ?? null,
    connect_p95_us: connectTime?.p95Us ?? null,
    open,
    ...(inFleet === undefined ? {} : fleetJson(inFleet)),
  });
}

function fleetJson(inFleet: GroupInFleet): object {
  return {
    hosts: inFleet.hosts,
    counted: inFleet.counted,
    failed_unknown_of: inFleet.failedUnknownOf,
    bytes_unknown_of: inFleet.bytesUnknownOf,
    retransmits_unknown_of: inFleet.retransmitsUnknownOf,
  };
}

function keyText(group: RankedGroup, ranking: Ranking): string {
  const { key, inFleet } = group;
  if (key === undefined) return NONE;
  const name = ranking.kind === 'netns' ? (ranking.netnsName(group) ?? `net:[${key}]`) : String(key);
  const text = ranking.kind === 'netns' && inFleet?.host !== undefined ? `${inFleet.host} ${name}` : name;
  return text.length > WIDEST_KEY ? `${text.slice(0, WIDEST_KEY - 3)}...` : text;
}

function timeText(us: number | undefined): string {
  return us === undefined ? NONE : durationText(us);
}

function bytesText({ bytesSent, bytesReceived, inFleet }: RankedGroup): string {
  const isLeast = (inFleet?.bytesUnknownOf ?? 0) > 0;
  const bytes = (bytesSent ?? 0) + (bytesReceived ?? 0);
  if ((bytesSent === undefined && bytesReceived === undefined) || (isLeast && bytes === 0)) return NONE;
  return sizeText(bytes).replace(' ', '') + (isLeast ? AT_LEAST : '');
}
