/** A connection that `sstory wait` has found, as a line and as JSON. */
import { printable } from '../model/printable.js';
import { shownState } from '../model/tcp-state.js';
import { durationText, isoTime, localTime } from '../model/time-text.js';
import { placeText } from './place-text.js';
import { COLUMNS } from './ss/columns.js';
import { jsonLine } from './ss/records.js';
import type { ShownSocket } from './ss/shown-socket.js';
import { endsText, processText } from './text.js';

export interface FoundSocket {
  readonly socket: ShownSocket;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly isLeast: boolean;
}

/** `2026-11-21 02:13:33.123456  #25  10.0.0.1:1 > 10.0.0.2:80  SYN-SENT for 12.2s  java[42]`. */
export function matchLine({ socket, fromUs, untilUs, isLeast }: FoundSocket): string {
  const { row, owners = [], history, cgroup, netnsName } = socket;
  const id = history === undefined ? '' : `#${history.connectionId}  `;
  const lasted = untilUs - fromUs;
  const length = lasted === 0 ? '' : ` for ${isLeast ? 'at least ' : ''}${durationText(lasted)}`;
  const processes = [...new Set(owners.map(processText))].join(' ') || '-';
  const place = placeText({ netnsName, cgroup });
  return printable(
    `${localTime(untilUs)}  ${id}${endsText(row)}  ${shownState(row.state)}${length}  ${processes}${place}`,
  );
}

/** The keys of `sstory ss --json` behind those of the match. */
export function matchJson({ socket, fromUs, untilUs }: FoundSocket): string {
  const times = `"at_us":${untilUs},"at":"${isoTime(untilUs)}","matched_for_us":${untilUs - fromUs}`;
  return `{"type":"match",${times},${jsonLine(socket, COLUMNS).slice(1)}`;
}
