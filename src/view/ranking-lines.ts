/** Ranked groups of connections, as a table and as JSON. */
import type { Interval } from '../model/interval.js';
import { jsonText } from '../model/printable.js';
import { sizeText } from '../model/size.js';
import { durationText, isoTime } from '../model/time-text.js';
import type { NamespaceHistory } from '../query/namespace-history.js';
import { GROUP_KINDS, type GroupKind } from '../query/ranking/group-key.js';
import type { RankedGroup } from '../query/ranking/group-total.js';
import { alignedTable } from './aligned-table.js';

export interface Ranking {
  readonly kind: GroupKind;
  readonly window: Interval;
  readonly namespaces: NamespaceHistory;
}

/** Where a value is not known, or the group has none. */
const NONE = '-';
/** So many cells of a key are shown. */
const WIDEST_KEY = 40;

const TITLES = ['connects', 'failed', 'p50', 'p95', 'accepts', 'open', 'bytes', 'retrans', ''];

/** The header, and a line for each group. */
export function rankingLines(groups: readonly RankedGroup[], ranking: Ranking): string[] {
  const rows = groups.map((group) => [
    keyText(group, ranking),
    group.connects,
    group.failed,
    timeText(group.connectTime?.medianUs),
    timeText(group.connectTime?.p95Us),
    group.accepts,
    group.open,
    bytesText(group),
    group.retransmits,
    [...group.failures].map(([reason, count]) => `${reason} ${count.toLocaleString('en')}`).join(', '),
  ]);
  return alignedTable([[GROUP_KINDS[ranking.kind], ...TITLES], ...rows]);
}

/** A group as one line of JSON: stable keys; null: not known, or none. */
export function rankingJson(group: RankedGroup, ranking: Ranking): string {
  const { key, connects, accepts, failed, failures, bytesSent, bytesReceived, retransmits, connectTime, open } = group;
  const { kind, window } = ranking;
  return jsonText({
    type: 'top',
    by: kind,
    [kind]: key ?? null,
    ...(kind === 'netns' ? { netns_name: netnsName(group, ranking) ?? null } : {}),
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
  });
}

function keyText(group: RankedGroup, ranking: Ranking): string {
  const { key } = group;
  if (key === undefined) return NONE;
  const text = ranking.kind === 'netns' ? (netnsName(group, ranking) ?? `net:[${key}]`) : String(key);
  return text.length > WIDEST_KEY ? `${text.slice(0, WIDEST_KEY - 3)}...` : text;
}

function netnsName({ key }: RankedGroup, { namespaces, window }: Ranking): string | undefined {
  return typeof key === 'number' ? namespaces.nameDuring(key, window.fromUs, window.toUs) : undefined;
}

function timeText(us: number | undefined): string {
  return us === undefined ? NONE : durationText(us);
}

function bytesText({ bytesSent, bytesReceived }: RankedGroup): string {
  return bytesSent === undefined && bytesReceived === undefined
    ? NONE
    : sizeText((bytesSent ?? 0) + (bytesReceived ?? 0)).replace(' ', '');
}
