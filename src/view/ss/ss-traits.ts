/** In what the releases of ss differ: found by running ss of iproute2 6.1, 6.15 and 7.3 on the same sockets and dumps. */

export interface SsTraits {
  /** Owners have the column Process, with -p only; the other details follow in a column without a name. */
  readonly ownersApart: boolean;
  /** Where the output is as wide as its text, the last column with a name is not filled up with spaces. */
  readonly bareEnds: boolean;
  /** A timer of 1.332 seconds is `1.332sec`; before, `1.332ms`. */
  readonly timerInSeconds: boolean;
  /** The timer of a delayed acknowledgement has the name `delack`; before, `unknown`. */
  readonly delackTimer: boolean;
  /** `usec_ts`, `rcv_wnd`, `rehash`, `no_pad_rx`; the sequence numbers of MPTCP in decimal. */
  readonly newerInfo: boolean;
  /** Sockets that are bound and nothing more, and half-open requests, are listed without a flag or a state's name. */
  readonly listsBound: boolean;
  /** Outside a terminal, COLUMNS is the width. */
  readonly columnsVariable: boolean;
}

export type SsVersion = readonly [major: number, minor: number];

/** Where between the releases that were run (6.1, 6.15, 7.3) the changes came was not tried: these are assumed. */
const WITH_BOUND: SsVersion = [6, 8];
const WITH_BARE_ENDS: SsVersion = [7, 0];

/** The traits of a release of iproute2; undefined: of the newest one. */
export function traitsOf(version: SsVersion | undefined): SsTraits {
  const bound = isSince(version, WITH_BOUND);
  const bare = isSince(version, WITH_BARE_ENDS);
  return {
    ownersApart: bound,
    bareEnds: bare,
    timerInSeconds: bound,
    delackTimer: bare,
    newerInfo: bound,
    listsBound: bound,
    columnsVariable: bound,
  };
}

function isSince(version: SsVersion | undefined, [major, minor]: SsVersion): boolean {
  return version === undefined || version[0] > major || (version[0] === major && version[1] >= minor);
}
