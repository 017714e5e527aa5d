/** What `ss -i` prints of kTLS and of MPTCP's subflows. */
import type { MptcpInfo, TlsInfo } from '../../model/ulp-info.js';
import type { KnownRow } from './shown-socket.js';
import type { SsTraits } from './ss-traits.js';

const TLS_VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x303, '1.2'],
  [0x304, '1.3'],
]);
/** ss names no others. */
const TLS_CIPHERS: ReadonlyMap<number, string> = new Map([
  [51, 'aes-gcm-128'],
  [52, 'aes-gcm-256'],
]);
const TLS_CONFIGURATIONS: ReadonlyMap<number, string> = new Map([
  [1, 'none'],
  [2, 'sw'],
  [3, 'hw'],
  [4, 'hw-record'],
]);
/** Bits of MPTCP_SUBFLOW_FLAG_*, lowest first; capitals are about the other end. */
const MPTCP_FLAGS = 'MmJjBbecv';

/** Each word behind a space. */
export function ulpText({ ulp, ulpInfo }: KnownRow, ss: SsTraits): string {
  return (
    (ulp === undefined ? '' : ` tcp-ulp-${ulp}`) +
    (ulpInfo?.tls === undefined ? '' : tlsText(ulpInfo.tls, ss)) +
    (ulpInfo?.mptcp === undefined ? '' : mptcpText(ulpInfo.mptcp, ss))
  );
}

function tlsText({ version, cipher, sending, receiving, zeroCopy, noPadding }: TlsInfo, ss: SsTraits): string {
  const cipherName = cipher === undefined ? undefined : TLS_CIPHERS.get(cipher);
  return (
    named('version', version, TLS_VERSIONS) +
    (cipherName === undefined ? '' : ` cipher: ${cipherName}`) +
    named('rxconf', receiving, TLS_CONFIGURATIONS) +
    named('txconf', sending, TLS_CONFIGURATIONS) +
    (zeroCopy ? ' zc_ro_tx' : '') +
    (noPadding && ss.newerInfo ? ' no_pad_rx' : '')
  );
}

function named(label: string, value: number | undefined, names: ReadonlyMap<number, string>): string {
  return value === undefined ? '' : ` ${label}: ${names.get(value) ?? `unknown(${value})`}`;
}

function mptcpText(info: MptcpInfo, { newerInfo }: SsTraits): string {
  const number = (label: string, value: number | bigint | undefined) =>
    value === undefined ? '' : ` ${label}:${value.toString(newerInfo ? 10 : 16)}`;
  return (
    flagsText(info.flags) +
    tokensText(info) +
    number('seq', info.mapSequence) +
    number('sfseq', info.mapSubflowSequence) +
    number('ssnoff', info.sequenceOffset) +
    number('maplen', info.mapLength)
  );
}

function flagsText(flags: number | undefined): string {
  if (!flags) return '';
  const letters = Array.from(MPTCP_FLAGS).filter((_, bit) => flags & (1 << bit));
  return ` flags:${letters.join('')}`;
}

/** Only where all four are known. */
function tokensText({ remoteToken, localToken, remoteId, localId }: MptcpInfo): string {
  if (remoteToken === undefined || localToken === undefined || remoteId === undefined || localId === undefined)
    return '';
  const hex = (token: number) => token.toString(16).padStart(4, '0');
  return ` token:${hex(remoteToken)}(id:${remoteId})/${hex(localToken)}(id:${localId})`;
}
