/** A sample is what a snapshot knows of one socket. The lists here are the only declaration of its columns. */
import { socketMemoryText } from './socket-memory.js';
import type { SocketRow, TimerKind } from './socket-row.js';
import type { TcpInfo } from './tcp-info.js';

interface ColumnText {
  /** `us`, `bytes`, `segments` ...; absent for names and counts. */
  readonly unit?: string;
  readonly meaning: string;
  /** Where the value comes from. */
  readonly source: string;
}

interface Column extends ColumnText {
  /** In the table `samples`. */
  readonly column: string;
  /** In Sample, and in recording files. */
  readonly field: string;
}

const KEY = [
  { column: 'connection_id', field: 'connectionId', meaning: 'the connection', source: '`connections.id`' },
  { column: 'at_us', field: 'atUs', unit: 'us', meaning: 'when the row of the dump was taken', source: 'the snapshot' },
] as const satisfies readonly Column[];

/** What every row of a dump has. */
const SOCKET = [
  {
    column: 'recv_q',
    field: 'recvQ',
    unit: 'bytes',
    meaning:
      'received, not read yet, as ss shows it: the FIN of the peer counts as one byte; of a listener: connections waiting to be accepted',
    source: '`idiag_rqueue`',
  },
  {
    column: 'send_q',
    field: 'sendQ',
    unit: 'bytes',
    meaning: 'not acknowledged yet; of a listener: the backlog',
    source: '`idiag_wqueue`',
  },
  {
    column: 'timer',
    field: 'timer',
    meaning: 'as ss names it: `on`, `keepalive`, `timewait`, `persist`, `off`',
    source: '`idiag_timer`',
  },
  { column: 'timer_ms', field: 'timerMs', unit: 'ms', meaning: 'until that timer expires', source: '`idiag_expires`' },
  {
    column: 'retrans',
    field: 'retrans',
    meaning: 'retransmissions under way: `timer:(on,200ms,N)`',
    source: '`idiag_retrans`',
  },
] as const satisfies readonly Column[];

/** What struct tcp_info has; `info` is its field in TcpInfo. */
const INFO = [
  {
    column: 'rtt_us',
    field: 'rttUs',
    info: 'rttUs',
    unit: 'us',
    meaning: 'smoothed round-trip time',
    source: '`tcpi_rtt`',
  },
  {
    column: 'rttvar_us',
    field: 'rttvarUs',
    info: 'rttvarUs',
    unit: 'us',
    meaning: 'its mean deviation',
    source: '`tcpi_rttvar`',
  },
  {
    column: 'rto_us',
    field: 'rtoUs',
    info: 'rtoUs',
    unit: 'us',
    meaning: 'retransmission timeout',
    source: '`tcpi_rto`',
  },
  {
    column: 'cwnd',
    field: 'cwnd',
    info: 'sndCwnd',
    unit: 'segments',
    meaning: 'congestion window',
    source: '`tcpi_snd_cwnd`',
  },
  {
    column: 'ssthresh',
    field: 'ssthresh',
    info: 'sndSsthresh',
    unit: 'segments',
    meaning: 'where slow start ends',
    source: '`tcpi_snd_ssthresh`',
  },
  {
    column: 'mss',
    field: 'mss',
    info: 'sndMss',
    unit: 'bytes',
    meaning: 'largest segment it sends',
    source: '`tcpi_snd_mss`',
  },
  {
    column: 'unacked',
    field: 'unacked',
    info: 'unacked',
    unit: 'segments',
    meaning: 'sent, not acknowledged',
    source: '`tcpi_unacked`',
  },
  { column: 'lost', field: 'lost', info: 'lost', unit: 'segments', meaning: 'considered lost', source: '`tcpi_lost`' },
  {
    column: 'total_retrans',
    field: 'totalRetrans',
    info: 'totalRetrans',
    unit: 'segments',
    meaning: 'retransmitted since it was opened',
    source: '`tcpi_total_retrans`',
  },
  {
    column: 'bytes_sent',
    field: 'bytesSent',
    info: 'bytesSent',
    unit: 'bytes',
    meaning: 'payload sent, retransmissions included',
    source: '`tcpi_bytes_sent`',
  },
  {
    column: 'bytes_acked',
    field: 'bytesAcked',
    info: 'bytesAcked',
    unit: 'bytes',
    meaning: 'acknowledged, as `ss -i` shows it: the SYN and the FIN count as one byte each',
    source: '`tcpi_bytes_acked`',
  },
  {
    column: 'bytes_received',
    field: 'bytesReceived',
    info: 'bytesReceived',
    unit: 'bytes',
    meaning: 'received, as `ss -i` shows it: the FIN of the peer counts as one byte',
    source: '`tcpi_bytes_received`',
  },
  {
    column: 'min_rtt_us',
    field: 'minRttUs',
    info: 'minRttUs',
    unit: 'us',
    meaning: 'minimum round-trip time',
    source: '`tcpi_min_rtt`',
  },
  {
    column: 'delivery_rate',
    field: 'deliveryRate',
    info: 'deliveryRate',
    unit: 'bytes/s',
    meaning: 'latest rate of delivery',
    source: '`tcpi_delivery_rate`',
  },
] as const satisfies readonly (Column & { readonly info: keyof TcpInfo })[];

const EXTENSIONS = [
  {
    column: 'congestion',
    field: 'congestion',
    meaning: 'name of the congestion control',
    source: '`INET_DIAG_CONG`',
  },
  {
    column: 'skmem',
    field: 'skmem',
    unit: 'bytes',
    meaning: 'socket memory as `ss -m` writes it',
    source: '`INET_DIAG_SKMEMINFO`',
  },
] as const satisfies readonly Column[];

type InfoColumn = (typeof INFO)[number];

interface SampleOfSocket {
  readonly connectionId: number;
  readonly atUs: number;
  readonly recvQ: number;
  readonly sendQ: number;
  readonly timer: TimerKind;
  readonly timerMs: number;
  readonly retrans: number;
  readonly congestion: string | undefined;
  /** Socket memory as ss writes it, see socket-memory.ts. */
  readonly skmem: string | undefined;
}

/** Undefined: the kernel did not report it. */
export type Sample = SampleOfSocket & { readonly [C in InfoColumn as C['field']]: number | undefined };

/** A row of the table `samples`. */
export type SampleRow = {
  readonly connection_id: number;
  readonly at_us: number;
  readonly recv_q: number;
  readonly send_q: number;
  readonly timer: TimerKind;
  readonly timer_ms: number;
  readonly retrans: number;
  readonly congestion: string | null;
  readonly skmem: string | null;
} & { readonly [C in InfoColumn as C['column']]: number | null };

/** All columns, in the order of the table. */
export const SAMPLE_COLUMNS: readonly (ColumnText & { readonly column: string; readonly field: keyof Sample })[] = [
  ...KEY,
  ...SOCKET,
  ...INFO,
  ...EXTENSIONS,
];

/** The fields of a sample that may be undefined. */
export const OPTIONAL_FIELDS: readonly (keyof Sample)[] = [...INFO, ...EXTENSIONS].map(({ field }) => field);

/** The tcp_info of a sample, field by field; undefined: the kernel did not report it. */
type SampledInfo = { readonly [C in InfoColumn as C['field']]: number | undefined };

/** Collects the fields of tcp_info: `take` returns the value of each. */
export function sampledInfo(take: (column: InfoColumn) => number | undefined): SampledInfo {
  const info: Record<string, number | undefined> = {};
  for (const column of INFO) info[column.field] = take(column);
  return info as SampledInfo;
}

/** What a sample takes of a row of a dump. */
type SampledRow = Pick<SocketRow, 'recvQ' | 'sendQ' | 'timer' | 'congestion' | 'memory'> & {
  readonly info: Pick<TcpInfo, InfoColumn['info']> | undefined;
};

/**
 * A sample of a connection from a row of a dump. The fields are spelled out because this runs for each changed socket of each
 * snapshot: a loop over the columns takes eight times as long. A test compares the two.
 */
export function sampleOf(connectionId: number, atUs: number, row: SampledRow): Sample {
  const { info, memory, timer } = row;
  return {
    connectionId,
    atUs,
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
    mss: info?.sndMss,
    unacked: info?.unacked,
    lost: info?.lost,
    totalRetrans: info?.totalRetrans,
    bytesSent: info?.bytesSent,
    bytesAcked: info?.bytesAcked,
    bytesReceived: info?.bytesReceived,
    minRttUs: info?.minRttUs,
    deliveryRate: info?.deliveryRate,
    congestion: row.congestion,
    skmem: memory === undefined ? undefined : socketMemoryText(memory),
  };
}

/** What a sample knows of tcp_info. */
export function infoOfSample(sample: SampleRow): Partial<TcpInfo> {
  const info: { -readonly [C in InfoColumn as C['info']]?: number } = {};
  for (const { column, info: field } of INFO) {
    const value = sample[column];
    if (value !== null) info[field] = value;
  }
  return info;
}
