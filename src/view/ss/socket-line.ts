/** A socket as ss shows it; undefined is what nobody knows, and is never made up. */

import type { FourTuple } from '../../model/four-tuple.js';
import type { Owner, SocketTimer } from '../../model/snapshot.js';
import { shownState, type TcpState } from '../../model/tcp-state.js';
import { printable } from '../log-line.js';
import { durationText } from '../time.js';

export interface SocketLine {
  readonly state: TcpState;
  readonly recvQ: number | undefined;
  readonly sendQ: number | undefined;
  readonly tuple: FourTuple;
  readonly timer: SocketTimer | undefined;
  readonly owners: readonly Owner[];
  readonly uid: number | undefined;
  readonly inode: number | undefined;
  readonly cookie: number | undefined;
  readonly cgroup: string | undefined;
  readonly skmem: string | undefined;
  /** History only: how long it had been in this state, microseconds; and a word where that is not certain. */
  readonly ageUs?: number;
  readonly mark?: 'inferred' | 'uncertain' | undefined;
  readonly connectionId?: number;
}

export interface LineOptions {
  readonly timers: boolean;
  readonly processes: boolean;
  readonly extended: boolean;
  readonly memory: boolean;
  readonly showState: boolean;
  /** Name of a port, of an address: numbers where they answer undefined. */
  readonly portName: (port: number) => string | undefined;
  readonly hostName: (address: string) => string | undefined;
}

export const HEADER = ['State', 'Recv-Q', 'Send-Q', 'Local Address:Port', 'Peer Address:Port', 'Process'] as const;

/** The cells of one line, under HEADER; the last holds everything that flags asked for. */
export function cellsOf(line: SocketLine, options: LineOptions): string[] {
  const { tuple } = line;
  const listening = line.state === 'LISTEN';
  return [
    shownState(line.state),
    line.recvQ === undefined ? '-' : String(line.recvQ),
    line.sendQ === undefined ? '-' : String(line.sendQ),
    endText(tuple.localAddr, tuple.localPort, options),
    listening
      ? endText(tuple.family === 4 ? '0.0.0.0' : '::', 0, options)
      : endText(tuple.remoteAddr, tuple.remotePort, options),
    extras(line, options).join(' '),
  ];
}

/** `127.0.0.1:22`, `[::1]:22`, `0.0.0.0:*`. */
function endText(address: string, port: number, options: LineOptions): string {
  const host = options.hostName(address) ?? (address.includes(':') ? `[${address}]` : address);
  const service = port === 0 ? '*' : (options.portName(port) ?? String(port));
  return `${host}:${service}`;
}

function extras(line: SocketLine, options: LineOptions): string[] {
  const parts: string[] = [];
  if (options.processes && line.owners.length > 0) parts.push(`users:(${line.owners.map(ownerText).join(',')})`);
  if (options.timers && line.timer !== undefined && line.timer.kind !== 'off') parts.push(timerText(line.timer));
  if (options.extended) parts.push(...extendedParts(line));
  if (options.memory && line.skmem !== undefined) parts.push(`skmem:(${line.skmem})`);
  if (line.ageUs !== undefined) parts.push(`age:${durationText(line.ageUs)}`);
  if (line.mark !== undefined) parts.push(`~${line.mark}`);
  return parts;
}

function ownerText({ pid, fd, comm }: Owner): string {
  return `("${printable(comm)}",pid=${pid}${fd >= 0 ? `,fd=${fd}` : ''})`;
}

function extendedParts({ uid, inode, cookie, cgroup }: SocketLine): string[] {
  const parts: string[] = [];
  if (uid !== undefined && uid !== 0) parts.push(`uid:${uid}`);
  if (inode !== undefined) parts.push(`ino:${inode}`);
  if (cookie !== undefined) parts.push(`sk:${cookie.toString(16)}`);
  if (cgroup !== undefined) parts.push(`cgroup:${cgroup}`);
  return parts;
}

/** `timer:(on,200ms,0)`, in ss's units: milliseconds below a second, then seconds with milliseconds, minutes. */
export function timerText({ kind, expiresMs, retransmits }: SocketTimer): string {
  return `timer:(${kind},${expiryText(expiresMs)},${retransmits})`;
}

function expiryText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1_000);
  const rest = ms % 1_000;
  if (minutes > 0) return `${minutes}min${seconds > 0 ? `${seconds}sec` : ''}`;
  if (seconds >= 10 || (seconds > 0 && rest === 0)) return `${seconds}sec`;
  if (seconds > 0) return `${seconds}.${String(rest).padStart(3, '0').replace(/0+$/, '')}sec`;
  return `${ms}ms`;
}

/** A line's facts as stable JSON keys. */
export function lineJson(line: SocketLine): string {
  const { tuple } = line;
  return JSON.stringify({
    connection_id: line.connectionId ?? null,
    state: shownState(line.state),
    recv_q: line.recvQ ?? null,
    send_q: line.sendQ ?? null,
    family: tuple.family,
    local_addr: tuple.localAddr,
    local_port: tuple.localPort,
    remote_addr: tuple.remoteAddr,
    remote_port: tuple.remotePort,
    owners: line.owners,
    uid: line.uid ?? null,
    inode: line.inode ?? null,
    cookie: line.cookie ?? null,
    cgroup: line.cgroup ?? null,
    timer: line.timer?.kind ?? null,
    timer_ms: line.timer?.expiresMs ?? null,
    retrans: line.timer?.retransmits ?? null,
    skmem: line.skmem ?? null,
    age_us: line.ageUs ?? null,
    mark: line.mark ?? null,
  });
}

/** Rows of cells under a header, columns aligned; columns that `hidden` names are left out. */
export function tableText(rows: readonly (readonly string[])[], hidden: ReadonlySet<number>): string {
  const shown = rows.map((row) => row.filter((_, index) => !hidden.has(index)));
  const widths = (shown[0] ?? []).map((_, index) => Math.max(...shown.map((row) => row[index]?.length ?? 0)));
  const lines = shown.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join(' ')
      .trimEnd(),
  );
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
