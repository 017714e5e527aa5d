/** The details of congestion-control algorithms: union tcp_cc_info of include/uapi/linux/inet_diag.h. */
import { u64 } from '../model/uint64.js';

/** INET_DIAG_VEGASINFO, INET_DIAG_DCTCPINFO, INET_DIAG_BBRINFO. */
const VEGAS = 3;
const DCTCP = 9;
const BBR = 16;

/**
 * struct tcp_bbr_info, tcp_dctcp_info or tcpvegas_info by the names that ss prints, undefined for other algorithms. Rates in
 * bytes a second, times in microseconds, gains in 1/256. `find` answers where an attribute's payload begins, or 0.
 */
export function congestionDetails(
  view: DataView,
  find: (type: number, bytes: number) => number,
): Readonly<Record<string, number>> | undefined {
  const bbr = find(BBR, 20);
  if (bbr !== 0) {
    return {
      bw: u64(view, bbr),
      min_rtt: view.getUint32(bbr + 8, true),
      pacing_gain: view.getUint32(bbr + 12, true),
      cwnd_gain: view.getUint32(bbr + 16, true),
    };
  }
  const dctcp = find(DCTCP, 16);
  if (dctcp !== 0) {
    return {
      enabled: view.getUint16(dctcp, true),
      ce_state: view.getUint16(dctcp + 2, true),
      alpha: view.getUint32(dctcp + 4, true),
      ab_ecn: view.getUint32(dctcp + 8, true),
      ab_tot: view.getUint32(dctcp + 12, true),
    };
  }
  const vegas = find(VEGAS, 16);
  if (vegas === 0) return undefined;
  return {
    enabled: view.getUint32(vegas, true),
    rttcnt: view.getUint32(vegas + 4, true),
    rtt: view.getUint32(vegas + 8, true),
    minrtt: view.getUint32(vegas + 12, true),
  };
}
