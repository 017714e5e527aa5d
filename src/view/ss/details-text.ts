/** What ss prints after the two ends of a socket: owners, timer, identity, memory, TCP's state, as the flags select. */

import { printable } from '../../model/printable.js';
import { type SocketMemory, socketMemoryText } from '../../model/socket-memory.js';
import { durationText } from '../../model/time-text.js';
import type { CellBytes } from './cell-bytes.js';
import { numberOf, type Part, type Phrase, phrase, word } from './parts.js';
import type { KnownRow, ShownHistory, ShownOwner, ShownSocket } from './shown-socket.js';
import type { SsTraits } from './ss-traits.js';
import { type InfoOptions, infoParts } from './tcp-info-text.js';
import { writeTimer } from './timer-text.js';

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
/** By the two bits of INET_DIAG_SHUTDOWN. */
const SHUT_MARKS = [' <->', ' -->', ' <--', ' ---'];
const [TAB, LINE_FEED] = [0x09, 0x0a];
/** The place of `off` in TIMER_KINDS. */
const NO_TIMER = 0;

/** The owners after a space; empty if there are none, or if they are not listed. */
export function ownersText({ owners }: ShownSocket, { processes }: DetailOptions): string {
  if (!processes || owners === undefined || owners.length === 0) return '';
  return printable(` users:(${ownerList(owners)})`);
}

/**
 * The details, each part behind a space, which separates it from the port before it. Owners first, unless they have a column of their
 * own.
 */
export function detailParts(options: DetailOptions): readonly Part[] {
  const { ss, extended, memory, info, oneLine } = options;
  const always = (write: Phrase) => phrase('localPort', write);
  const newLine = always(startLine);
  return [
    ...(ss.ownersApart ? [] : [always((out, socket) => out.text(ownersText(socket, options)))]),
    ...(options.timers || extended ? [phrase('timer', (out, { row }) => timer(out, row, ss))] : []),
    ...(extended ? identityParts() : []),
    ...(options.tos ? [always((out, { row }) => out.text(trafficClass(row)))] : []),
    // With both -e and --cgroup it is printed twice, as in ss.
    ...(options.cgroup ? [always((out, socket) => writeCgroup(out, socket))] : []),
    always((out, socket) => writeHistory(out, socket, options)),
    ...(options.socketOptions ? [phrase('sockopt', (out) => writeSocketOptions(out, oneLine))] : []),
    ...((memory || info) && !oneLine ? [newLine] : []),
    // ss does not check which of the two flags is set: it shows what the kernel reported.
    ...(memory || info ? [phrase('memory', (out, { row }) => writeMemory(out, row)), ...infoParts(options)] : []),
  ];
}

function identityParts(): readonly Part[] {
  return [
    word(' uid:', 'uid'),
    word(' ino:', 'inode', { omitted: Number.NaN, alsoOmitted: Number.NaN }),
    word(' sk:', 'cookie', { unit: 'hex', omitted: Number.NaN, alsoOmitted: Number.NaN }),
    word(' fwmark:0x', 'mark', { unit: 'hex' }),
    phrase('localPort', (out, socket) => {
      if (numberOf('cgroup') !== 0) writeCgroup(out, socket);
    }),
    word(' v6only:', 'v6only', { omitted: Number.NaN, alsoOmitted: Number.NaN }),
    phrase('shutdown', (out) => out.text(SHUT_MARKS[numberOf('shutdown') & 3] ?? '')),
  ];
}

function timer(out: CellBytes, row: KnownRow, ss: SsTraits): void {
  if (numberOf('timer') !== NO_TIMER && row.timer !== undefined) writeTimer(out, row.timer, ss);
}

function writeHistory(out: CellBytes, socket: ShownSocket, { extended, ages }: DetailOptions): void {
  const { history } = socket;
  if (history === undefined) return;
  if (extended) out.text(placeText(socket));
  out.text(ages === true ? ageText(history) : historyText(history, extended));
}

function writeSocketOptions(out: CellBytes, oneLine: boolean): void {
  if (oneLine) out.text(' ');
  else startLine(out);
  out.text(socketOptionsText(numberOf('sockopt')));
}

function writeMemory(out: CellBytes, { memory }: KnownRow): void {
  if (memory !== undefined) out.text(` ${memoryText(memory)}`);
}

function startLine(out: CellBytes): void {
  out.byte(LINE_FEED);
  out.byte(TAB);
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

function writeCgroup(out: CellBytes, { cgroup }: ShownSocket): void {
  const id = numberOf('cgroup');
  if (cgroup === undefined && Number.isNaN(id)) return;
  out.text(' cgroup:');
  out.text(cgroup?.path ?? `unreachable:${id.toString(16)}`);
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
