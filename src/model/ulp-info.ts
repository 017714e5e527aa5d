/** What the kernel reports of an upper-layer protocol over TCP. Undefined: not reported. */

/** TLS_INFO_* of include/uapi/linux/tls.h, as numbers. */
export interface TlsInfo {
  readonly version: number | undefined;
  readonly cipher: number | undefined;
  /** TLS_CONF_*: 1 none, 2 software, 3 hardware, 4 hardware records. */
  readonly sending: number | undefined;
  readonly receiving: number | undefined;
  /** Sends files from the page cache without a copy. */
  readonly zeroCopy: boolean;
  /** Expects received records without padding. */
  readonly noPadding: boolean;
}

/** MPTCP_SUBFLOW_ATTR_* of include/uapi/linux/mptcp.h. */
export interface MptcpInfo {
  /** Bits of MPTCP_SUBFLOW_FLAG_*. */
  readonly flags: number | undefined;
  readonly remoteToken: number | undefined;
  readonly localToken: number | undefined;
  readonly remoteId: number | undefined;
  readonly localId: number | undefined;
  /** Sequence number of the connection at the start of the current mapping. */
  readonly mapSequence: bigint | undefined;
  /** The same of the subflow. */
  readonly mapSubflowSequence: number | undefined;
  readonly sequenceOffset: number | undefined;
  readonly mapLength: number | undefined;
}

export interface UlpInfo {
  readonly tls: TlsInfo | undefined;
  readonly mptcp: MptcpInfo | undefined;
}
