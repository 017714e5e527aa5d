/** A sample is what a snapshot knows of one socket. */
import {
  AGO,
  type ColumnText,
  DETAILS,
  FLAGS,
  INFO,
  INFO_SETTINGS,
  KEY,
  MEMORY,
  ORPHAN,
  SETTINGS,
  SOCKET,
  VALIDITY,
} from './sample-columns.js';
import type { SocketMemory } from './socket-memory.js';
import type { SocketRow, TimerKind } from './socket-row.js';
import type { TcpInfo } from './tcp-info.js';

/** Rates from here on mean: not limited. */
const NO_LIMIT = 2 ** 63;

const NUMBERS = [...INFO, ...AGO, ...FLAGS, ...INFO_SETTINGS] as const;
const TEXTS = ['congestion', 'device', 'ulp'] as const;

type TextColumn = (typeof TEXTS)[number];
type InfoColumn = (typeof NUMBERS)[number];
type MemoryColumn = (typeof MEMORY)[number];
type SettingColumn = Exclude<(typeof SETTINGS)[number], { readonly column: TextColumn }>;
type NumberColumn = InfoColumn | MemoryColumn | SettingColumn | (typeof ORPHAN)[number];

/** Undefined: the kernel did not report it. */
export type Sample = {
  readonly connectionId: number;
  readonly atUs: number;
  /** Undefined: not recorded, as in files of earlier versions. */
  readonly changedMs: number | undefined;
  readonly dueMs: number | undefined;
  readonly recvQ: number;
  readonly sendQ: number;
  readonly timer: TimerKind;
  readonly timerMs: number;
  readonly retrans: number;
  readonly details: string | undefined;
} & { readonly [C in NumberColumn as C['field']]: number | undefined } & {
  readonly [Name in TextColumn]: string | undefined;
};

/** A row of a sample in the database, by the names of the columns. */
export type SampleRow = {
  readonly connection_id: number;
  readonly at_us: number;
  readonly changed_ms: number | null;
  readonly due_ms: number | null;
  readonly recv_q: number;
  readonly send_q: number;
  readonly timer: TimerKind;
  readonly timer_ms: number;
  readonly retrans: number;
  readonly details: string | null;
} & { readonly [C in NumberColumn as C['column']]: number | null } & { readonly [Name in TextColumn]: string | null };

/** A column, and its field in Sample. */
export type SampleColumn = ColumnText & { readonly column: string; readonly field: keyof Sample };

/** The columns of each sample, in the order of the table `sample`. */
export const SAMPLE_COLUMNS: readonly SampleColumn[] = [
  ...KEY,
  ...VALIDITY,
  ...SOCKET,
  ...INFO,
  ...AGO,
  ...FLAGS,
  ...ORPHAN,
  ...MEMORY,
  ...DETAILS,
];

/** Those that many samples share, in the order of the table `settings`. */
export const SETTING_COLUMNS: readonly SampleColumn[] = [...INFO_SETTINGS, ...SETTINGS];

/** The fields of a sample that may be undefined. */
export const OPTIONAL_FIELDS: readonly (keyof Sample)[] = [
  ...VALIDITY,
  ...ORPHAN,
  ...NUMBERS,
  ...MEMORY,
  ...SETTINGS,
  ...DETAILS,
].map(({ field }) => field);

/** Those of them that are numbers. */
export const OPTIONAL_NUMBERS: readonly SampleColumn[] = [
  ...VALIDITY,
  ...ORPHAN,
  ...NUMBERS,
  ...MEMORY,
  ...SETTINGS.filter(({ column }) => !TEXTS.some((name) => name === column)),
];

/** The fields that are texts. */
export const OPTIONAL_TEXTS = [...TEXTS, 'details'] as const;

/** What a sample takes of a row of a dump. */
type SampledRow = Partial<SocketRow> & Pick<SocketRow, 'recvQ' | 'sendQ' | 'timer'>;

export interface SampleTime {
  readonly atUs: number;
  /** Undefined: until when the sample before held is not known. */
  readonly changedMs: number | undefined;
  readonly dueMs: number;
}

/**
 * A sample of a connection from a row of a dump. The fields are spelled out because this runs for each changed socket of each
 * snapshot: a loop over the columns takes eight times as long. A test compares the two.
 * @param device the name of the interface that the socket is bound to
 */
export function sampleOf(connectionId: number, time: SampleTime, row: SampledRow, device?: string): Sample {
  const { info, memory, timer, v6only } = row;
  return {
    connectionId,
    atUs: time.atUs,
    changedMs: time.changedMs,
    dueMs: time.dueMs,
    recvQ: row.recvQ,
    sendQ: row.sendQ,
    timer: timer.kind,
    timerMs: timer.expiresMs,
    retrans: timer.retransmits,
    rttUs: info?.rttUs,
    rttvarUs: info?.rttvarUs,
    rtoUs: info?.rtoUs,
    cwnd: info?.sndCwnd,
    ssthresh: info?.sndSsthresh,
    unacked: info?.unacked,
    lost: info?.lost,
    totalRetrans: info?.totalRetrans,
    bytesSent: info?.bytesSent,
    bytesAcked: info?.bytesAcked,
    bytesReceived: info?.bytesReceived,
    minRttUs: info?.minRttUs,
    deliveryRate: info?.deliveryRate,
    retransOut: info?.retrans,
    sacked: info?.sacked,
    caState: info?.caState,
    probes: info?.probes,
    backoff: info?.backoff,
    atoUs: info?.atoUs,
    rcvmss: info?.rcvMss,
    rcvRttUs: info?.rcvRttUs,
    rcvSpace: info?.rcvSpace,
    rcvSsthresh: info?.rcvSsthresh,
    pacingRate: limitOf(info?.pacingRate),
    bytesRetrans: info?.bytesRetrans,
    segsOut: info?.segsOut,
    segsIn: info?.segsIn,
    dataSegsOut: info?.dataSegsOut,
    dataSegsIn: info?.dataSegsIn,
    notsent: info?.notsentBytes,
    busyUs: info?.busyTimeUs,
    rwndLimitedUs: info?.rwndLimitedUs,
    sndbufLimitedUs: info?.sndbufLimitedUs,
    delivered: info?.delivered,
    deliveredCe: info?.deliveredCe,
    dsackDups: info?.dsackDups,
    reordSeen: info?.reordSeen,
    rcvOoopack: info?.rcvOoopack,
    sndWnd: info?.sndWnd,
    rcvWnd: info?.rcvWnd,
    rehash: info?.rehash,
    lastDataSentMs: info?.lastDataSentMs,
    lastDataRecvMs: info?.lastDataRecvMs,
    lastAckRecvMs: info?.lastAckRecvMs,
    appLimited: info === undefined ? undefined : Number(info.deliveryRateAppLimited),
    orphan: row.inode === undefined ? undefined : Number(row.inode === 0),
    rmemAlloc: memory?.rmemAlloc,
    rcvbuf: memory?.rcvbuf,
    wmemAlloc: memory?.wmemAlloc,
    sndbuf: memory?.sndbuf,
    fwdAlloc: memory?.fwdAlloc,
    wmemQueued: memory?.wmemQueued,
    optmem: memory?.optmem,
    backlog: memory?.backlog,
    drops: memory?.drops,
    details: detailsOf(row),
    mss: info?.sndMss,
    tcpOptions: info?.options,
    sndWscale: info?.sndWscale,
    rcvWscale: info?.rcvWscale,
    pmtu: info?.pmtu,
    advmss: info?.advmss,
    reordering: info?.reordering,
    maxPacingRate: limitOf(info?.maxPacingRate),
    congestion: row.congestion,
    ifIndex: row.interfaceIndex,
    device,
    v6only: v6only === undefined ? undefined : Number(v6only),
    shutdown: row.shutdown,
    fwmark: row.mark,
    tos: row.tos,
    tclass: row.tclass,
    classId: row.classId,
    sockopt: row.sockopt,
    protocol: row.protocol,
    ulp: row.ulp,
  };
}

function limitOf(rate: number | undefined): number | undefined {
  return rate === undefined || rate >= NO_LIMIT ? undefined : rate;
}

/** JSON; numbers of 64 bits are texts. */
function detailsOf({ congestionInfo: congestion, ulpInfo }: SampledRow): string | undefined {
  if (congestion === undefined && ulpInfo?.tls === undefined && ulpInfo?.mptcp === undefined) return undefined;
  return JSON.stringify({ congestion, ...ulpInfo }, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

/** What a sample knows of tcp_info. */
export function infoOfSample(sample: SampleRow): Partial<TcpInfo> | undefined {
  if (sample.rto_us === null) return undefined;
  const info: { -readonly [C in InfoColumn as C['of']]?: number | boolean } = {};
  for (const { column, of: field } of NUMBERS) {
    const value = sample[column];
    if (value !== null) info[field] = value;
  }
  info.deliveryRateAppLimited = info.deliveryRateAppLimited === 1;
  return info as Partial<TcpInfo>;
}

/** What a sample knows of the socket memory. */
export function memoryOfSample(sample: SampleRow): SocketMemory | undefined {
  if (sample.rmem_alloc === null) return undefined;
  const memory: { -readonly [Word in keyof SocketMemory]?: number } = {};
  for (const { column, of } of MEMORY) memory[of] = sample[column] ?? 0;
  return memory as SocketMemory;
}

/** Times of the kernel are in jiffies, which may be 10 ms long: what is this much later may be of the same time, microseconds. */
export const JIFFIES_US = 20_000;

/** So many retransmits in a row make unacknowledged data a trouble: the second comes after 0.6 s and more. */
export const WORRYING_RETRANSMITS = 2;
