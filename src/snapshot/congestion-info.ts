/** The details of congestion-control algorithms: union tcp_cc_info of include/uapi/linux/inet_diag.h. */
import { u64 } from '../model/uint64.js';
import { ATTRIBUTE } from './inet-diag-msg.js';

/** struct tcp_bbr_info: bytes, and where its fields are. */
export const BBR_BYTES = 20;
export const BBR_AT = { bw: 0, minRtt: 8, pacingGain: 12, cwndGain: 16 } as const;
/** struct tcp_dctcp_info, struct tcpvegas_info. */
export const DCTCP_BYTES = 16;
const VEGAS_BYTES = 16;

/**
 * struct tcp_bbr_info, tcp_dctcp_info or tcpvegas_info by the names that ss prints, undefined for other algorithms. Rates in
 * bytes a second, times in microseconds, gains in 1/256. `find` answers where an attribute's payload begins, or 0.
 */
export function congestionDetails(
  view: DataView,
  find: (type: number, bytes: number) => number,
): Readonly<Record<string, number>> | undefined {
  const bbr = find(ATTRIBUTE.bbr, BBR_BYTES);
  if (bbr !== 0) {
    return {
      bw: u64(view, bbr + BBR_AT.bw),
      min_rtt: view.getUint32(bbr + BBR_AT.minRtt, true),
      pacing_gain: view.getUint32(bbr + BBR_AT.pacingGain, true),
      cwnd_gain: view.getUint32(bbr + BBR_AT.cwndGain, true),
    };
  }
  const dctcp = find(ATTRIBUTE.dctcp, DCTCP_BYTES);
  if (dctcp !== 0) {
    return {
      enabled: view.getUint16(dctcp, true),
      ce_state: view.getUint16(dctcp + 2, true),
      alpha: view.getUint32(dctcp + 4, true),
      ab_ecn: view.getUint32(dctcp + 8, true),
      ab_tot: view.getUint32(dctcp + 12, true),
    };
  }
  const vegas = find(ATTRIBUTE.vegas, VEGAS_BYTES);
  if (vegas === 0) return undefined;
  return {
    enabled: view.getUint32(vegas, true),
    rttcnt: view.getUint32(vegas + 4, true),
    rtt: view.getUint32(vegas + 8, true),
    minrtt: view.getUint32(vegas + 12, true),
  };
}
