/** What ss prints after the two ends of a socket: owners, timer, identity, memory, TCP's state, as the flags select. */

import { printable } from '../../model/printable.js';
import { type SocketMemory, socketMemoryText } from '../../model/socket-memory.js';
import { durationText } from '../../model/time-text.js';
import type { KnownRow, ShownHistory, ShownOwner, ShownSocket } from './shown-socket.js';
import { type InfoOptions, tcpInfoText } from './tcp-info-text.js';
import { timerText } from './timer-text.js';

export interface DetailOptions extends InfoOptions {
  readonly processes: boolean;
  readonly memory: boolean;
  readonly info: boolean;
  readonly tos: boolean;
  readonly cgroup: boolean;
  readonly socketOptions: boolean;
  /** Of recorded sockets: for how long they have been in their state, but not how old their numbers are. */
  readonly ages?: boolean;
  /** `-O`: memory and TCP's state on the same line. */
  readonly oneLine: boolean;
}

/** Bits of struct inet_diag_sockopt, lowest first (include/uapi/linux/inet_diag.h). */
const SOCKET_OPTIONS = [
  'recverr',
  'is_icsk',
  'freebind',
  'hdrincl',
  'mc_loop',
  'transparent',
  'mc_all',
  'nodefrag',
  'bind_addr_no_port',
  'recverr_rfc4884',
  'defer_connect',
];
/** A quote in a command's name: it cannot end the name, and begin another owner. */
const QUOTE = '\\x22';
const FIRST_SHUT_MARK = 1;
const SECOND_SHUT_MARK = 2;

/** The owners after a space; empty if there are none, or if they are not listed. */
export function ownersText({ owners }: ShownSocket, { processes }: DetailOptions): string {
  if (!processes || owners === undefined || owners.length === 0) return '';
  return printable(` users:(${ownerList(owners)})`);
}

/**
 * Each part after a space, which separates it from the port before it; empty if there are no details. Owners first, unless they
 * have a column of their own.
 */
export function detailsText(socket: ShownSocket, options: DetailOptions): string {
  const { row, history } = socket;
  const newLine = options.oneLine ? '' : '\n\t';
  let text = '';
  const showsTimer = options.timers || options.extended;
  if (showsTimer && row.timer !== undefined && row.timer.kind !== 'off') text += ` ${timerText(row.timer, options.ss)}`;
  if (options.extended) text += identity(row);
  if (options.extended && row.cgroup !== 0) text += cgroupText(socket);
  if (options.extended) text += identityTail(row);
  if (options.tos) text += trafficClass(row);
  // With both -e and --cgroup it is printed twice, as in ss.
  if (options.cgroup) text += cgroupText(socket);
  if (history !== undefined && options.extended) text += placeText(socket);
  if (history !== undefined) text += options.ages === true ? ageText(history) : historyText(history, options.extended);
  text = (options.ss.ownersApart ? '' : ownersText(socket, options)) + printable(text);
  if (options.socketOptions && row.sockopt !== undefined) text += `${newLine || ' '}${socketOptionsText(row.sockopt)}`;
  if (!options.memory && !options.info) return text;
  // ss does not check which of the two flags is set: it shows what the kernel reported.
  const memory = row.memory === undefined ? '' : ` ${memoryText(row.memory)}`;
  return `${text}${newLine}${printable(memory + tcpInfoText(row, options))}`;
}

/** Highest pid first, then the highest descriptor: the reverse of the order in /proc. */
function ownerList(owners: readonly ShownOwner[]): string {
  return owners
    .toSorted((a, b) => b.pid - a.pid || (b.tid ?? 0) - (a.tid ?? 0) || b.fd - a.fd)
    .map(ownerText)
    .join(',');
}

function ownerText({ pid, tid, fd, comm, context, inferred }: ShownOwner): string {
  const thread = tid === undefined ? '' : `,tid=${tid}`;
  const label = context === undefined ? '' : `,proc_ctx=${context}`;
  const mark = inferred === true ? ',~inferred' : '';
  const name = comm.replaceAll('"', QUOTE);
  return `("${name}",pid=${pid}${thread}${label}${fd < 0 ? '' : `,fd=${fd}`}${mark})`;
}

function identity({ uid, inode, cookie, mark }: KnownRow): string {
  return (
    (uid ? ` uid:${uid}` : '') +
    (inode === undefined ? '' : ` ino:${inode}`) +
    (cookie === undefined ? '' : ` sk:${cookieText(cookie)}`) +
    (mark ? ` fwmark:0x${mark.toString(16)}` : '')
  );
}

/** Cookies count up from 1, but a dump can contain any value: all ones are read as 2^64. */
function cookieText(cookie: number): string {
  return cookie >= 2 ** 64 ? 'f'.repeat(16) : cookie.toString(16);
}

function cgroupText({ row, cgroup }: ShownSocket): string {
  if (row.cgroup === undefined && cgroup === undefined) return '';
  return ` cgroup:${cgroup?.path ?? `unreachable:${row.cgroup?.toString(16)}`}`;
}

function identityTail({ tuple, v6only, shutdown }: KnownRow): string {
  const only = tuple.family === 6 && v6only !== undefined ? ` v6only:${Number(v6only)}` : '';
  if (shutdown === undefined) return only;
  const mark = `${shutdown & FIRST_SHUT_MARK ? '-' : '<'}-${shutdown & SECOND_SHUT_MARK ? '-' : '>'}`;
  return `${only} ${mark}`;
}

function trafficClass({ tos, tclass, classId }: KnownRow): string {
  const hex = (value: number) => (value === 0 ? '0' : `0x${value.toString(16)}`);
  return (
    (tos === undefined ? '' : ` tos:${hex(tos)}`) +
    (tclass === undefined ? '' : ` tclass:${hex(tclass)}`) +
    (classId === undefined ? '' : ` class_id:${hex(classId)}`)
  );
}

function socketOptionsText(bits: number): string {
  const names = SOCKET_OPTIONS.filter((_, index) => bits & (1 << index));
  return `inet-sockopt: (${names.map((name) => ` ${name}`).join('')})`;
}

/** `skmem:(r0,rb131072,...)`. */
function memoryText(memory: SocketMemory): string {
  return `skmem:(${socketMemoryText(memory)})`;
}

/** Of sstory, not of ss: for recorded sockets only, so that a current listing is as ss prints it. */
function placeText({ netnsName, cgroup }: ShownSocket): string {
  const { container, pod, unit } = cgroup ?? {};
  const parts = Object.entries({ netns: netnsName, container, pod, unit });
  return parts.map(([name, value]) => (value === undefined ? '' : ` ${name}:${value}`)).join('');
}

/** How sure the row is, and how old its numbers are; with `-e` also since when it is in its state, and whether that was observed. */
function historyText(history: ShownHistory, extended: boolean): string {
  const { mark, sampledAgoUs } = history;
  const age = extended ? ageText(history) : mark === undefined || mark === 'inferred' ? '' : ` ~${mark}`;
  return age + (sampledAgoUs === undefined ? '' : ` sampled:${secondsText(sampledAgoUs)}`);
}

function ageText({ ageUs, mark }: ShownHistory): string {
  return `${ageUs === undefined ? '' : ` age:${durationText(ageUs)}`}${mark === undefined ? '' : ` ~${mark}`}`;
}

/** `3.2s`, rounded up, or as a duration where it is more than a minute. */
function secondsText(us: number): string {
  return us < 60_000_000 ? `${(Math.ceil(us / 100_000) / 10).toFixed(1)}s` : durationText(us);
}
