/** What `ss -i` prints of a socket: struct tcp_info, congestion control, upper-layer protocol, in ss's order and words. */
import { type CellBytes, label } from './cell-bytes.js';
import { fixed, general } from './number-text.js';
import { numberOf, type Part, phrase, word } from './parts.js';
import type { ShownSocket } from './shown-socket.js';
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
const WSCALE_BIT = 4;
/** TCP_TIMEOUT_FALLBACK: 3 s. A socket without a measurement has it, and ss omits it. */
const UNSET_RTO_US = 3_000_000;
/** Values near TCP_INFINITE_SSTHRESH mean none. */
const NO_SSTHRESH = 0xffff;
const USUAL_REORDERING = 3;
const UNLIMITED = 2 ** 64;
const NO_RTT = 0xffffffff;
const WSCALE = label(' wscale:');
const COMMA = label(',');
const RTT = label(' rtt:');
const SLASH = label('/');
const SSTHRESH = label(' ssthresh:');
const BBR = label(' bbr:(bw:');
const MRTT = label(',mrtt:');
const SEND = label(' send ');
const PACING = label(' pacing_rate ');
const DELIVERY = label(' delivery_rate ');
const BUSY = label(' busy:');
const SACKED = label(' sacked:');

/** In ss's order, each behind a space. */
export function infoParts({ numeric, timers, extended, ss }: InfoOptions): readonly Part[] {
  return [
    ...(timers || extended ? [phrase('options', (out) => out.text(optionNames(ss)))] : []),
    phrase('info', congestion),
    phrase('options', windowScales),
    word(' rto:', 'rtoUs', { unit: 'ms', alsoOmitted: UNSET_RTO_US }),
    word(' backoff:', 'backoff'),
    phrase('rttUs', roundTrip),
    word(' ato:', 'atoUs', { unit: 'ms' }),
    word(' mss:', 'sndMss'),
    word(' pmtu:', 'pmtu'),
    word(' rcvmss:', 'rcvMss'),
    word(' advmss:', 'advmss'),
    word(' cwnd:', 'sndCwnd'),
    phrase('sndSsthresh', slowStart),
    word(' bytes_sent:', 'bytesSent'),
    word(' bytes_retrans:', 'bytesRetrans'),
    word(' bytes_acked:', 'bytesAcked'),
    word(' bytes_received:', 'bytesReceived'),
    word(' segs_out:', 'segsOut'),
    word(' segs_in:', 'segsIn'),
    word(' data_segs_out:', 'dataSegsOut'),
    word(' data_segs_in:', 'dataSegsIn'),
    // ss prints no details of vegas.
    phrase('dctcp', dctcp),
    phrase('bbrBandwidth', (out) => bbr(out, numeric)),
    phrase('rttUs', (out) => sendRate(out, numeric)),
    word(' lastsnd:', 'lastDataSentMs'),
    word(' lastrcv:', 'lastDataRecvMs'),
    word(' lastack:', 'lastAckRecvMs'),
    phrase('pacingRate', (out) => pacingRates(out, numeric)),
    phrase('deliveryRate', (out) => deliveryRate(out, numeric)),
    word(' delivered:', 'delivered'),
    word(' delivered_ce:', 'deliveredCe'),
    phrase('appLimited', appLimited),
    phrase('busyTimeUs', limits),
    word(' unacked:', 'unacked'),
    phrase('retrans', retransmits),
    word(' lost:', 'lost'),
    phrase('sacked', sacked),
    word(' dsack_dups:', 'dsackDups'),
    word(' fackets:', 'fackets'),
    word(' reordering:', 'reordering', { omitted: Number.NaN, alsoOmitted: USUAL_REORDERING }),
    word(' reord_seen:', 'reordSeen'),
    word(' rcv_rtt:', 'rcvRttUs', { unit: 'ms' }),
    word(' rcv_space:', 'rcvSpace'),
    word(' rcv_ssthresh:', 'rcvSsthresh'),
    word(' notsent:', 'notsentBytes'),
    word(' minrtt:', 'minRttUs', { unit: 'ms', alsoOmitted: NO_RTT }),
    word(' rcv_ooopack:', 'rcvOoopack'),
    word(' snd_wnd:', 'sndWnd'),
    ...(ss.newerInfo ? [word(' rcv_wnd:', 'rcvWnd'), word(' rehash:', 'rehash')] : []),
    phrase('ulp', (out, { row }) => out.text(ulpText(row, ss))),
  ];
}

/** Most sockets of a host have the same ones. */
const knownOptionNames = new Map<number, string>();

function optionNames({ newerInfo }: SsTraits): string {
  const bits = newerInfo ? numberOf('options') : numberOf('options') & ~USEC_TS;
  let names = knownOptionNames.get(bits);
  if (names === undefined) {
    names = OPTIONS.map(([bit, name]) => (bits & bit ? ` ${name}` : '')).join('');
    knownOptionNames.set(bits, names);
  }
  return names;
}

/** Without it ss prints no congestion control. */
function hasInfo(): boolean {
  return !Number.isNaN(numberOf('info'));
}

function congestion(out: CellBytes, { row }: ShownSocket): void {
  const name = row.congestion;
  if (name === undefined) return;
  out.text(' ');
  out.text(name);
}

function windowScales(out: CellBytes): void {
  if ((numberOf('options') & WSCALE_BIT) === 0) return;
  out.word(WSCALE, numberOf('sndWscale') || 0);
  out.word(COMMA, numberOf('rcvWscale') || 0);
}

function roundTrip(out: CellBytes): void {
  if (numberOf('rttUs') === 0) return;
  out.word(RTT, numberOf('rttUs'), 'ms');
  out.word(SLASH, numberOf('rttvarUs') || 0, 'ms');
}

function slowStart(out: CellBytes): void {
  const segments = numberOf('sndSsthresh');
  if (segments > 0 && segments < NO_SSTHRESH) out.word(SSTHRESH, segments);
}

function dctcp(out: CellBytes, { row: { congestionInfo: of = {} } }: ShownSocket): void {
  const { enabled, ce_state, alpha, ab_ecn, ab_tot } = of;
  if (alpha === undefined || !hasInfo()) return;
  if (enabled) out.text(` dctcp:(ce_state:${ce_state},alpha:${alpha},ab_ecn:${ab_ecn},ab_tot:${ab_tot})`);
  else out.text(' dctcp:fallback_mode');
}

function bbr(out: CellBytes, numeric: boolean): void {
  if (!hasInfo()) return;
  out.rate(BBR, numberOf('bbrBandwidth') * 8, numeric);
  out.word(MRTT, numberOf('bbrMinRttUs') || 0, 'ms');
  gain(out, ',pacing_gain:', numberOf('bbrPacingGain'));
  gain(out, ',cwnd_gain:', numberOf('bbrCwndGain'));
  out.text(')');
}

/** Of 1/256. Those of BBR are a few constants. */
function gain(out: CellBytes, label: string, value: number): void {
  if (!value) return;
  out.text(label);
  out.text(general(value / 256));
}

function sendRate(out: CellBytes, numeric: boolean): void {
  const bits = (numberOf('sndCwnd') * numberOf('sndMss') * 8_000_000) / numberOf('rttUs');
  if (bits > 0 && Number.isFinite(bits)) out.rate(SEND, bits, numeric);
}

function pacingRates(out: CellBytes, numeric: boolean): void {
  const [pacing, most] = [numberOf('pacingRate'), numberOf('maxPacingRate')];
  if (pacing === 0 || pacing >= UNLIMITED) return;
  out.rate(PACING, pacing * 8, numeric);
  if (most > 0 && most < UNLIMITED) out.rate(SLASH, most * 8, numeric);
}

function deliveryRate(out: CellBytes, numeric: boolean): void {
  if (numberOf('deliveryRate') > 0) out.rate(DELIVERY, numberOf('deliveryRate') * 8, numeric);
}

function appLimited(out: CellBytes): void {
  if (numberOf('appLimited') === 1) out.text(' app_limited');
}

function limits(out: CellBytes): void {
  const busyUs = numberOf('busyTimeUs');
  if (busyUs === 0) return;
  out.word(BUSY, Math.floor(busyUs / 1_000));
  out.text('ms');
  share(out, ' rwnd_limited:', numberOf('rwndLimitedUs'), busyUs);
  share(out, ' sndbuf_limited:', numberOf('sndbufLimitedUs'), busyUs);
}

function share(out: CellBytes, label: string, us: number, busyUs: number): void {
  if (us) out.text(`${label}${Math.floor(us / 1_000)}ms(${fixed((us * 100) / busyUs, 1)}%)`);
}

/** Samples have only the second number. */
function retransmits(out: CellBytes): void {
  const [inFlight, all] = [numberOf('retrans'), numberOf('totalRetrans') || 0];
  if (inFlight > 0 || all > 0) out.text(` retrans:${inFlight}/${all}`);
}

/** For a listener it is its backlog. */
function sacked(out: CellBytes, { row }: ShownSocket): void {
  if (numberOf('sacked') > 0 && row.state !== 'LISTEN') out.word(SACKED, numberOf('sacked'));
}
