/** A connection's timeline as a block of lines, or as an object of JSON. */

import type { Connection } from '../model/connection.js';
import type { ConnectionEvent } from '../model/connection-event.js';
import { counted } from '../model/counted.js';
import type { Gap } from '../model/gap.js';
import type { Place } from '../model/place.js';
import { jsonText, printable } from '../model/printable.js';
import type { Source } from '../model/stored-codes.js';
import { shownState } from '../model/tcp-state.js';
import { durationText, isoTime, localTime } from '../model/time-text.js';
import type { Stay } from '../query/stays.js';
import type { Holding, Timeline } from '../query/timeline.js';
import { connectionFields, placeFields } from './connection-json.js';
import { gapFields, lossText } from './gap-text.js';
import { cgroupText, netnsText } from './place-text.js';
import type { Paint } from './state-colour.js';
import { endsText, openerText, processText } from './text.js';

/** How many events or gaps are listed before the rest are counted. */
const SHOWN_EVENTS = 6;
const SHOWN_GAPS = 3;
const STATE_WIDTH = 10;

/** The lines of a block, without a blank line after it. */
export function timelineBlock(timeline: Timeline, paint: Paint): string[] {
  const { connection, stays, otherEvents, holdings, place, gaps } = timeline;
  return [
    printable(headLine(connection, place)),
    ...stays.flatMap((stay) => [stayLine(stay, paint), ...eventLines(stay.events, stay.fromUs)]),
    ...eventLines(otherEvents, connection.openedUs),
    ...endLine(connection, stays),
    ...(holdings.length === 0 ? ['  owner unknown'] : holdings.map((holding) => holdingLine(holding, connection))),
    printable(totalsLine(timeline)),
    ...cgroupLines(connection, place),
    ...gapLines(gaps),
  ];
}

/** The path, and below it what it says. */
function cgroupLines({ cgroup: id }: Connection, { cgroup }: Place): string[] {
  if (id === undefined) return [];
  const text = cgroupText(cgroup);
  const path = printable(`  cgroup ${cgroup?.path ?? `id ${id}, path unknown`}`);
  return text === '' ? [path] : [path, `  ${text}`];
}

function headLine(connection: Connection, { netnsName }: Place): string {
  const { id, origin, netns } = connection;
  return `#${id}  ${endsText(connection)}  ${openerText(connection)}  ${origin}  ${netnsText(netns, netnsName)}`;
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
    printable(`      ${`+${durationText(Math.max(0, atUs - fromUs))}`.padEnd(9)} ${kind} ${detail}`);
  // A line for one hidden line would save nothing.
  if (events.length <= SHOWN_EVENTS + 1) return events.map(line);
  const last = events.slice(-1).map(line);
  const hidden = events.slice(SHOWN_EVENTS - 1, -1);
  return [...events.slice(0, SHOWN_EVENTS - 1).map(line), `      ... ${countsText(hidden)} more`, ...last];
}

function countsText(events: readonly ConnectionEvent[]): string {
  const counts = new Map<string, number>();
  for (const { kind, detail } of events) {
    const what = printable(`${kind} ${detail}`);
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

function holdingLine({ pid, comm, fd, fromUs, toUs, tid, inferred }: Holding, connection: Connection): string {
  const whole = fromUs <= connection.openedUs && (toUs === undefined || toUs === connection.closedUs);
  const since = `${localTime(fromUs)} to ${toUs === undefined ? 'now' : localTime(toUs)}`;
  const thread = tid === undefined ? '' : ` thread ${tid}`;
  const how = inferred ? ' (inferred: it listens)' : '';
  const held = `${processText({ pid, comm })}${thread}${fd === undefined ? '' : ` fd ${fd}`}${how}`;
  return `  owner ${printable(held)}${whole ? '' : `  from ${since}`}`;
}

function totalsLine({ connection, stays, otherEvents }: Timeline): string {
  const { bytesSent, bytesReceived, retransmits, rttUs, closedUs } = connection;
  const seen = [...stays.flatMap(({ events }) => events), ...otherEvents].filter(({ kind }) => kind === 'retransmit');
  const unseen = seen.length < retransmits ? ` (times known for ${seen.length})` : '';
  const bytes = (count: number | undefined) => (count === undefined ? 'unknown' : `${count} B`);
  const rtt = rttUs === undefined ? 'unknown' : durationText(rttUs);
  const when = closedUs === undefined ? ' when last seen' : ' at close';
  return `  sent ${bytes(bytesSent)}, received ${bytes(bytesReceived)}, retransmits ${retransmits}${unseen}, RTT${when} ${rtt}`;
}

function gapLines(gaps: readonly Gap[]): string[] {
  const lines = gaps.slice(0, SHOWN_GAPS).map((gap) => {
    const times = `${localTime(gap.fromUs)} to ${localTime(gap.toUs)}`;
    return printable(`  -- gap: ${lossText(gap)} (${gap.reason}), ${times}: this may be incomplete --`);
  });
  const more = gaps.length - lines.length;
  return more > 0 ? [...lines, `  -- and ${counted(more, 'more gap')} --`] : lines;
}

/** A timeline as one line of JSON: stable keys, times in microseconds since the epoch. */
export function timelineJson({ connection, stays, otherEvents, holdings, place, gaps }: Timeline): string {
  return jsonText({
    type: 'timeline',
    connection_id: connection.id,
    ...connectionFields(connection),
    ...placeFields(place),
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
      tid: each.tid ?? null,
      from_us: each.fromUs,
      to_us: each.toUs ?? null,
      seen_us: each.seenUs ?? null,
      inferred: each.inferred,
    })),
    gaps: gaps.map(gapFields),
  });
}

function eventJson({ atUs, kind, detail }: ConnectionEvent): object {
  return { at_us: atUs, kind, detail };
}
