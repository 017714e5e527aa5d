/** What `ss -i` prints of a socket: struct tcp_info, congestion control, upper-layer protocol, in ss's order and words. */
import type { TcpInfo } from '../../model/tcp-info.js';
import { fixed, general, milliseconds, rate } from './number-text.js';
import type { KnownRow } from './shown-socket.js';
import type { SsTraits } from './ss-traits.js';
import { ulpText } from './ulp-text.js';

export interface InfoOptions {
  /** `-n`: rates in full. */
  readonly numeric: boolean;
  /** `-o` or `-e`: the negotiated TCP options too. */
  readonly timers: boolean;
  readonly extended: boolean;
  /** The ss that is imitated. */
  readonly ss: SsTraits;
}

/** TCPI_OPT_* of include/uapi/linux/tcp.h. */
const USEC_TS = 64;
const OPTIONS = [
  [1, 'ts'],
  [USEC_TS, 'usec_ts'],
  [2, 'sack'],
  [8, 'ecn'],
  [16, 'ecnseen'],
  [32, 'fastopen'],
] as const;
const WSCALE = 4;
/** TCP_TIMEOUT_FALLBACK: 3 s. A socket without a measurement has it, and ss omits it. */
const UNSET_RTO_US = 3_000_000;
/** Values near TCP_INFINITE_SSTHRESH mean none. */
const NO_SSTHRESH = 0xffff;
const USUAL_REORDERING = 3;
const UNLIMITED = 2 ** 64;
const NO_RTT = 0xffffffff;

/** The words, each behind a space. */
export function tcpInfoText(row: KnownRow, options: InfoOptions): string {
  const { info, congestion } = row;
  if (info === undefined) return ulpText(row, options.ss);
  return (
    (options.timers || options.extended ? optionNames(info.options ?? 0, options.ss) : '') +
    (congestion === undefined ? '' : ` ${congestion}`) +
    basics(info) +
    volumes(info) +
    congestionDetails(row, options) +
    rates(info, options) +
    limits(info) +
    losses(row, info) +
    receiving(info, options.ss) +
    ulpText(row, options.ss)
  );
}

/** Most sockets of a host have the same ones. */
const knownOptionNames = new Map<number, string>();

function optionNames(reported: number, { newerInfo }: SsTraits): string {
  const bits = newerInfo ? reported : reported & ~USEC_TS;
  let names = knownOptionNames.get(bits);
  if (names === undefined) {
    names = OPTIONS.map(([bit, name]) => (bits & bit ? ` ${name}` : '')).join('');
    knownOptionNames.set(bits, names);
  }
  return names;
}

/** A label with a number; empty for 0 and unknown. */
function word(label: string, value: number | undefined): string {
  return value ? ` ${label}:${value}` : '';
}

function timeWord(label: string, us: number | undefined): string {
  return us ? ` ${label}:${milliseconds(us)}` : '';
}

function basics(info: Partial<TcpInfo>): string {
  const { rtoUs, sndSsthresh } = info;
  return (
    ((info.options ?? 0) & WSCALE ? ` wscale:${info.sndWscale},${info.rcvWscale}` : '') +
    (rtoUs === UNSET_RTO_US ? '' : timeWord('rto', rtoUs)) +
    word('backoff', info.backoff) +
    (info.rttUs ? ` rtt:${milliseconds(info.rttUs)}/${milliseconds(info.rttvarUs ?? 0)}` : '') +
    timeWord('ato', info.atoUs) +
    word('mss', info.sndMss) +
    word('pmtu', info.pmtu) +
    word('rcvmss', info.rcvMss) +
    word('advmss', info.advmss) +
    word('cwnd', info.sndCwnd) +
    (sndSsthresh !== undefined && sndSsthresh < NO_SSTHRESH ? word('ssthresh', sndSsthresh) : '')
  );
}

function volumes(info: Partial<TcpInfo>): string {
  return (
    word('bytes_sent', info.bytesSent) +
    word('bytes_retrans', info.bytesRetrans) +
    word('bytes_acked', info.bytesAcked) +
    word('bytes_received', info.bytesReceived) +
    word('segs_out', info.segsOut) +
    word('segs_in', info.segsIn) +
    word('data_segs_out', info.dataSegsOut) +
    word('data_segs_in', info.dataSegsIn)
  );
}

/** ss prints details for dctcp and bbr, none for vegas. */
function congestionDetails({ congestionInfo: of }: KnownRow, { numeric }: InfoOptions): string {
  if (of?.['alpha'] !== undefined) {
    if (!of['enabled']) return ' dctcp:fallback_mode';
    const { ce_state, alpha, ab_ecn, ab_tot } = of;
    return ` dctcp:(ce_state:${ce_state},alpha:${alpha},ab_ecn:${ab_ecn},ab_tot:${ab_tot})`;
  }
  if (of?.['bw'] === undefined) return '';
  const gain = (name: string) => (of[name] ? `,${name}:${general(of[name] / 256)}` : '');
  const bandwidth = rate(of['bw'] * 8, numeric);
  return ` bbr:(bw:${bandwidth},mrtt:${milliseconds(of['min_rtt'] ?? 0)}${gain('pacing_gain')}${gain('cwnd_gain')})`;
}

function rates(info: Partial<TcpInfo>, { numeric }: InfoOptions): string {
  const { rttUs, sndMss, sndCwnd, pacingRate, maxPacingRate, deliveryRate } = info;
  let text = '';
  if (rttUs && sndMss && sndCwnd) text += ` send ${rate((sndCwnd * sndMss * 8_000_000) / rttUs, numeric)}`;
  text += word('lastsnd', info.lastDataSentMs);
  text += word('lastrcv', info.lastDataRecvMs);
  text += word('lastack', info.lastAckRecvMs);
  if (pacingRate && pacingRate < UNLIMITED) {
    text += ` pacing_rate ${rate(pacingRate * 8, numeric)}`;
    if (maxPacingRate && maxPacingRate < UNLIMITED) text += `/${rate(maxPacingRate * 8, numeric)}`;
  }
  return deliveryRate ? `${text} delivery_rate ${rate(deliveryRate * 8, numeric)}` : text;
}

function limits(info: Partial<TcpInfo>): string {
  const { busyTimeUs: busy, rwndLimitedUs, sndbufLimitedUs } = info;
  const delivered =
    word('delivered', info.delivered) +
    word('delivered_ce', info.deliveredCe) +
    (info.deliveryRateAppLimited ? ' app_limited' : '');
  if (!busy) return delivered;
  const share = (name: string, us: number | undefined) =>
    us ? ` ${name}:${Math.floor(us / 1_000)}ms(${fixed((us * 100) / busy, 1)}%)` : '';
  const limited = share('rwnd_limited', rwndLimitedUs) + share('sndbuf_limited', sndbufLimitedUs);
  return `${delivered} busy:${Math.floor(busy / 1_000)}ms${limited}`;
}

function losses({ state }: KnownRow, info: Partial<TcpInfo>): string {
  const { retrans, totalRetrans, reordering } = info;
  return (
    word('unacked', info.unacked) +
    // Samples have only the second.
    (retrans !== undefined && (retrans || totalRetrans) ? ` retrans:${retrans}/${totalRetrans ?? 0}` : '') +
    word('lost', info.lost) +
    // For a listener it is its backlog.
    (state === 'LISTEN' ? '' : word('sacked', info.sacked)) +
    word('dsack_dups', info.dsackDups) +
    word('fackets', info.fackets) +
    (reordering === undefined || reordering === USUAL_REORDERING ? '' : ` reordering:${reordering}`) +
    word('reord_seen', info.reordSeen)
  );
}

function receiving(info: Partial<TcpInfo>, { newerInfo }: SsTraits): string {
  return (
    timeWord('rcv_rtt', info.rcvRttUs) +
    word('rcv_space', info.rcvSpace) +
    word('rcv_ssthresh', info.rcvSsthresh) +
    word('notsent', info.notsentBytes) +
    (info.minRttUs === NO_RTT ? '' : timeWord('minrtt', info.minRttUs)) +
    word('rcv_ooopack', info.rcvOoopack) +
    word('snd_wnd', info.sndWnd) +
    (newerInfo ? word('rcv_wnd', info.rcvWnd) + word('rehash', info.rehash) : '')
  );
}
