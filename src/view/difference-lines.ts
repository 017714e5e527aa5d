/** Changes between two socket tables, as lines: `+` appeared, `-` gone, `*` changed. */
import type { Connection } from '../model/connection.js';
import type { Place } from '../model/place.js';
import { jsonText, printable } from '../model/printable.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import { localTime } from '../model/time-text.js';
import { type Change, grew, type QueueChange } from '../query/difference.js';
import type { Places } from '../query/places.js';
import type { SocketAt } from '../query/point-in-time.js';
import { connectionFields, placeFields } from './connection-json.js';
import { placeText } from './place-text.js';
import type { Paint } from './state-colour.js';
import { endsText, processText } from './text.js';

/** `+ ESTAB  10.0.0.1:1 > 10.0.0.2:80  java[42]  since 2026-11-21 ...`. */
export function changeLine(change: Change, paint: Paint, places: Places): string {
  const whoText = (socket: SocketAt) => `${processesText(socket)}${placeText(placeOf(socket, places))}`;
  const state = (name: TcpState) => paint(name, shownState(name));
  switch (change.kind) {
    case 'appeared':
      return `+ ${state(change.after.state)}  ${whoText(change.after)}  ${sinceText('opened', change.after.connection)}`;
    case 'gone':
      return `- ${state(change.before.state)}  ${whoText(change.before)}  ${goneText(change.before.connection)}`;
    case 'changed': {
      const { before, after, stateChanged } = change;
      const states = stateChanged ? `${state(before.state)} -> ${state(after.state)}` : state(after.state);
      const since = stateChanged ? [stateSinceText(after)] : [];
      const queues = [queueText('Recv-Q', change.recvQ), queueText('Send-Q', change.sendQ)].flat();
      return [`* ${states}`, whoText(after), ...since, ...queues].join('  ');
    }
  }
}

/** As of the instant of the table. */
function placeOf({ connection, since, ageUs }: SocketAt, places: Places): Place {
  return places.at(connection, since.atUs + ageUs);
}

function processesText({ connection, owners }: SocketAt): string {
  const names = owners.map(processText);
  return printable(`#${connection.id}  ${endsText(connection)}  ${[...new Set(names)].join(',') || '-'}`);
}

function sinceText(word: string, { openedUs, openedNotBeforeUs, openedSource }: Connection): string {
  if (openedNotBeforeUs === undefined) return `${word} ${localTime(openedUs)}`;
  const earliest = openedNotBeforeUs === 0 ? 'or at any time before' : `earliest ${localTime(openedNotBeforeUs)}`;
  return `~${word} ${localTime(openedUs)} (${openedSource}, ${earliest})`;
}

function goneText({ closedUs, closedNotBeforeUs, closedSource, closeReason }: Connection): string {
  if (closedUs === undefined) return 'closed';
  const reason = closeReason ?? 'unknown';
  if (closedNotBeforeUs === undefined) return `${reason} ${localTime(closedUs)}`;
  return `~${reason} ${localTime(closedUs)} (${closedSource ?? 'snapshot'}, earliest ${localTime(closedNotBeforeUs)})`;
}

function stateSinceText({ since }: SocketAt): string {
  if (since.notBeforeUs === undefined) return `since ${localTime(since.atUs)}`;
  return `~since ${localTime(since.atUs)} (${since.source}, earliest ${localTime(since.notBeforeUs)})`;
}

function queueText(name: string, queue: QueueChange): string[] {
  if (grew(queue)) return [printable(`${name} ${queue.before} -> ${queue.after}`)];
  return queue.before === undefined || queue.after === undefined ? [`${name} unknown`] : [];
}

/** A change as one line of JSON; a queue that was not sampled is null. */
export function changeJson(change: Change, places: Places): string {
  const before = change.kind === 'appeared' ? undefined : change.before;
  const after = change.kind === 'gone' ? undefined : change.after;
  const { connection, owners } = change.kind === 'gone' ? change.before : change.after;
  const place = placeOf(change.kind === 'gone' ? change.before : change.after, places);
  return jsonText({
    type: change.kind,
    connection_id: connection.id,
    ...connectionFields(connection),
    ...placeFields(place),
    owners,
    opened_us: connection.openedUs,
    opened_not_before_us: connection.openedNotBeforeUs ?? null,
    closed_us: change.kind === 'gone' ? (connection.closedUs ?? null) : null,
    closed_not_before_us: change.kind === 'gone' ? (connection.closedNotBeforeUs ?? null) : null,
    close_reason: change.kind === 'gone' ? (connection.closeReason ?? null) : null,
    before: before === undefined ? null : sideJson(before),
    after: after === undefined ? null : sideJson(after),
  });
}

function sideJson({ state, since, source, uncertain, sample }: SocketAt): object {
  return {
    state: shownState(state),
    since_us: since.atUs,
    not_before_us: since.notBeforeUs ?? null,
    source,
    uncertain,
    recv_q: sample?.row.recv_q ?? null,
    send_q: sample?.row.send_q ?? null,
    sampled_us: sample?.row.at_us ?? null,
  };
}
