/** A connection's timeline as a block of lines, or as an object of JSON. */
import type { Connection, ConnectionEvent, Gap } from '../model/connection.js';
import { endpoint } from '../model/four-tuple.js';
import type { Source } from '../model/step.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import { durationText, isoTime, localTime } from '../model/time-text.js';
import type { Stay } from '../query/stays.js';
import type { Holding, Timeline } from '../query/timeline.js';
import { printable } from './log-line.js';

/** How a state's name is shown: plain, or in its colour. */
export type Paint = (state: TcpState, text: string) => string;

/** Of many events or gaps in one place, so many are told one by one. */
const SHOWN_EVENTS = 6;
const SHOWN_GAPS = 3;
const STATE_WIDTH = 10;

/** The lines of a block, without a blank line after it. */
export function timelineBlock(timeline: Timeline, paint: Paint): string[] {
  const { connection, stays, otherEvents, holdings, cgroup, gaps } = timeline;
  return [
    headLine(connection),
    ...stays.flatMap((stay) => [stayLine(stay, paint), ...eventLines(stay.events, stay.fromUs)]),
    ...eventLines(otherEvents, connection.openedUs),
    ...endLine(connection, stays),
    ...(holdings.length === 0 ? ['  owner not known'] : holdings.map((holding) => holdingLine(holding, connection))),
    totalsLine(timeline),
    ...(connection.cgroup === undefined ? [] : [`  cgroup ${cgroup ?? `id ${connection.cgroup}, path not known`}`]),
    ...gapLines(gaps),
  ];
}

/** `10.0.0.1:80 > 10.0.0.2:45678`. */
export function endsText({ tuple }: Connection): string {
  return `${endpoint(tuple.localAddr, tuple.localPort)} > ${endpoint(tuple.remoteAddr, tuple.remotePort)}`;
}

function headLine(connection: Connection): string {
  const who = connection.pid === undefined ? '-' : `${printable(connection.comm ?? '?')}[${connection.pid}]`;
  return `#${connection.id}  ${endsText(connection)}  ${who}  ${connection.origin}  netns ${connection.netns}`;
}

function stayLine(stay: Stay, paint: Paint): string {
  const name = shownState(stay.state);
  const state = paint(stay.state, name) + ' '.repeat(Math.max(0, STATE_WIDTH - name.length));
  return `  ${localTime(stay.fromUs)}  ${state}  ${lengthText(stay).padEnd(12)}  ${sourceText(stay.source, stay.fromUs, stay.notBeforeUs)}`;
}

/** `for 3.1s`, `for 0us - 3.1s` where a bound is inferred, `so far 3.1s` while it lasts. */
function lengthText(stay: Stay): string {
  const { toUs, lastedUs, shortestUs, longestUs } = stay;
  const word = toUs === undefined ? 'so far' : 'for';
  if (longestUs === undefined) return `${word} at least ${durationText(shortestUs)}`;
  if (shortestUs === longestUs) return `${word} ${durationText(lastedUs)}`;
  return `${word} ${durationText(shortestUs)} - ${durationText(longestUs)}`;
}

/** `probe`; `~snapshot, earliest 2026-11-21 02:13:33.123456` where it was inferred. */
function sourceText(source: Source, atUs: number, notBeforeUs: number | undefined): string {
  if (notBeforeUs === undefined) return source;
  if (notBeforeUs === 0) return `~${source}, then or at any time before`;
  return `~${source}, earliest ${localTime(notBeforeUs)} (${durationText(atUs - notBeforeUs)} before)`;
}

function eventLines(events: readonly ConnectionEvent[], fromUs: number): string[] {
  const line = ({ atUs, kind, detail }: ConnectionEvent) =>
    `      ${`+${durationText(Math.max(0, atUs - fromUs))}`.padEnd(9)} ${kind} ${printable(detail)}`;
  // Not a line that says that one line is left out.
  if (events.length <= SHOWN_EVENTS + 1) return events.map(line);
  const last = events.slice(-1).map(line);
  const hidden = events.slice(SHOWN_EVENTS - 1, -1);
  return [...events.slice(0, SHOWN_EVENTS - 1).map(line), `      ... ${countsText(hidden)} more`, ...last];
}

function countsText(events: readonly ConnectionEvent[]): string {
  const counts = new Map<string, number>();
  for (const { kind, detail } of events) {
    const what = `${kind} ${printable(detail)}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
}

function endLine(
  { closedUs, closedNotBeforeUs, closedSource, closeReason }: Connection,
  stays: readonly Stay[],
): string[] {
  if (closedUs === undefined) return [];
  const source = sourceText(closedSource ?? 'snapshot', closedUs, closedNotBeforeUs);
  const before = stays.length === 0 ? 'never open' : 'gone';
  return [`  ${localTime(closedUs)}  ${before}: ${closeReason ?? 'unknown'}  ${source}`];
}

function holdingLine({ pid, comm, fd, fromUs, toUs }: Holding, connection: Connection): string {
  const whole = fromUs <= connection.openedUs && (toUs === undefined || toUs === connection.closedUs);
  const since = `${localTime(fromUs)} to ${toUs === undefined ? 'now' : localTime(toUs)}`;
  return `  owner ${printable(comm)}[${pid}]${fd === undefined ? '' : ` fd ${fd}`}${whole ? '' : `  from ${since}`}`;
}

function totalsLine({ connection, stays, otherEvents }: Timeline): string {
  const { bytesSent, bytesReceived, retransmits, rttUs, closedUs } = connection;
  const seen = [...stays.flatMap(({ events }) => events), ...otherEvents].filter(({ kind }) => kind === 'retransmit');
  const unseen = seen.length < retransmits ? ` (when is known of ${seen.length})` : '';
  const bytes = (count: number | undefined) => (count === undefined ? 'unknown' : `${count} B`);
  const rtt = rttUs === undefined ? 'unknown' : durationText(rttUs);
  const when = closedUs === undefined ? ' when last seen' : ' at close';
  return `  sent ${bytes(bytesSent)}, received ${bytes(bytesReceived)}, retransmits ${retransmits}${unseen}, RTT${when} ${rtt}`;
}

function gapLines(gaps: readonly Gap[]): string[] {
  const lines = gaps.slice(0, SHOWN_GAPS).map((gap) => {
    const what = gap.reason === 'clock' ? 'wall clock stepped' : `${gap.lost ?? 'unknown number of'} events lost`;
    return `  -- gap: ${what} (${gap.reason}), ${localTime(gap.fromUs)} to ${localTime(gap.toUs)}: this may be incomplete --`;
  });
  const more = gaps.length - lines.length;
  return more > 0 ? [...lines, `  -- and ${more} more gaps --`] : lines;
}

/** A timeline as one line of JSON: stable keys, times in microseconds since the epoch. */
export function timelineJson({ connection, stays, otherEvents, holdings, cgroup, gaps }: Timeline): string {
  const { tuple } = connection;
  return JSON.stringify({
    type: 'timeline',
    connection_id: connection.id,
    netns: connection.netns,
    family: tuple.family,
    local_addr: tuple.localAddr,
    local_port: tuple.localPort,
    remote_addr: tuple.remoteAddr,
    remote_port: tuple.remotePort,
    origin: connection.origin,
    pid: connection.pid ?? null,
    comm: connection.comm ?? null,
    opened_us: connection.openedUs,
    opened_at: isoTime(connection.openedUs),
    closed_us: connection.closedUs ?? null,
    closed_not_before_us: connection.closedNotBeforeUs ?? null,
    closed_source: connection.closedSource ?? null,
    close_reason: connection.closeReason ?? null,
    bytes_sent: connection.bytesSent ?? null,
    bytes_received: connection.bytesReceived ?? null,
    retransmits: connection.retransmits,
    rtt_us: connection.rttUs ?? null,
    cgroup: cgroup ?? null,
    cgroup_id: connection.cgroup ?? null,
    states: stays.map((stay) => ({
      state: shownState(stay.state),
      from_us: stay.fromUs,
      not_before_us: stay.notBeforeUs ?? null,
      source: stay.source,
      to_us: stay.toUs ?? null,
      to_not_before_us: stay.toNotBeforeUs ?? null,
      lasted_us: stay.lastedUs,
      shortest_us: stay.shortestUs,
      longest_us: stay.longestUs ?? null,
      events: stay.events.map(eventJson),
    })),
    other_events: otherEvents.map(eventJson),
    owners: holdings.map((each) => ({
      pid: each.pid,
      comm: each.comm,
      fd: each.fd ?? null,
      from_us: each.fromUs,
      to_us: each.toUs ?? null,
    })),
    gaps: gaps.map((gap) => ({
      from_us: gap.fromUs,
      to_us: gap.toUs,
      cpu: gap.cpu ?? null,
      lost: gap.lost ?? null,
      reason: gap.reason,
    })),
  });
}

function eventJson({ atUs, kind, detail }: ConnectionEvent): object {
  return { at_us: atUs, kind, detail };
}
