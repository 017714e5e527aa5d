/** The attributes in INET_DIAG_ULP_INFO: INET_ULP_INFO_* of include/uapi/linux/inet_diag.h. */
import type { MptcpInfo, TlsInfo, UlpInfo } from '../model/ulp-info.js';
import { ATTRIBUTE_HEADER, findAttribute } from './inet-diag-msg.js';

const TLS = 2;
const MPTCP = 3;

/** Numbers by the type of their attribute, between two offsets. */
class Attributes {
  constructor(
    private readonly view: DataView,
    private readonly from: number,
    private readonly end: number,
  ) {}

  nested(type: number): Attributes | undefined {
    const at = this.find(type, 0);
    return at === 0
      ? undefined
      : new Attributes(this.view, at, at + this.view.getUint16(at - ATTRIBUTE_HEADER, true) - 4);
  }

  has(type: number): boolean {
    return this.find(type, 0) !== 0;
  }

  u8(type: number): number | undefined {
    const at = this.find(type, 1);
    return at === 0 ? undefined : this.view.getUint8(at);
  }

  u16(type: number): number | undefined {
    const at = this.find(type, 2);
    return at === 0 ? undefined : this.view.getUint16(at, true);
  }

  u32(type: number): number | undefined {
    const at = this.find(type, 4);
    return at === 0 ? undefined : this.view.getUint32(at, true);
  }

  u64(type: number): bigint | undefined {
    const at = this.find(type, 8);
    return at === 0 ? undefined : this.view.getBigUint64(at, true);
  }

  private find(type: number, bytes: number): number {
    return findAttribute(this.view, this.from, this.end, type, bytes);
  }
}

/** The details of the attribute INET_DIAG_ULP_INFO whose payload is between two offsets. */
export function ulpInfo(view: DataView, from: number, end: number): UlpInfo {
  const attributes = new Attributes(view, from, end);
  const tls = attributes.nested(TLS);
  const mptcp = attributes.nested(MPTCP);
  return { tls: tls && tlsInfo(tls), mptcp: mptcp && mptcpInfo(mptcp) };
}

/** TLS_INFO_* of include/uapi/linux/tls.h. */
function tlsInfo(attributes: Attributes): TlsInfo {
  return {
    version: attributes.u16(1),
    cipher: attributes.u16(2),
    sending: attributes.u16(3),
    receiving: attributes.u16(4),
    zeroCopy: attributes.has(5),
    noPadding: attributes.has(6),
  };
}

/** MPTCP_SUBFLOW_ATTR_* of include/uapi/linux/mptcp.h. */
function mptcpInfo(attributes: Attributes): MptcpInfo {
  return {
    remoteToken: attributes.u32(1),
    localToken: attributes.u32(2),
    mapSequence: attributes.u64(4),
    mapSubflowSequence: attributes.u32(5),
    sequenceOffset: attributes.u32(6),
    mapLength: attributes.u16(7),
    flags: attributes.u32(8),
    remoteId: attributes.u8(9),
    localId: attributes.u8(10),
  };
}
