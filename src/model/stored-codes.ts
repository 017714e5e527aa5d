/**
 * The numbers under which facts are stored: in databases (tables `socket`, `tcp_state`, the steps in `path`) and in recording
 * files (proto/sstory.proto). States are stored by their kernel codes, see tcp-state.ts.
 *
 * On disk: append only. A code never changes its meaning and is never reused.
 */

const ORIGIN_CODES = { unknown: 0, connect: 1, accept: 2, listen: 3, 'before-recording': 4 } as const;

/** How a connection began. `before-recording`: it existed before the first run. `unknown`: its opening was lost. */
export type Origin = keyof typeof ORIGIN_CODES;

const CLOSE_REASON_CODES = {
  unknown: 0,
  orderly: 1,
  'reset by peer': 2,
  refused: 3,
  'timed out': 4,
  unreachable: 5,
  aborted: 6,
  destroyed: 7,
  failed: 8,
} as const;

/**
 * Why a connection ended. `aborted`: closed on this host without an orderly end (SO_LINGER 0, unread data, a connect
 * given up); `destroyed`: by SOCK_DESTROY, as `ss -K` does; `failed`: connect(2) failed at once for a local reason;
 * the events have its errno.
 */
export type CloseReason = keyof typeof CLOSE_REASON_CODES;

/** In databases. Recording files store one more: in protobuf, 0 is a field that is not set. */
const SOURCE_CODES = { probe: 0, snapshot: 1, timer: 2 } as const;
const RECORDING_FILE_OFFSET = 1;

/** How a step is known: reported by the probe, inferred from a snapshot, or inferred from the timer of TIME-WAIT. */
export type Source = keyof typeof SOURCE_CODES;

export const ORIGINS = namesByCode<Origin>(ORIGIN_CODES);
export const CLOSE_REASONS = namesByCode<CloseReason>(CLOSE_REASON_CODES);
export const SOURCES = namesByCode<Source>(SOURCE_CODES);

export function codeOfOrigin(origin: Origin): number {
  return ORIGIN_CODES[origin];
}

export function originOfCode(code: number): Origin | undefined {
  return ORIGINS[code];
}

export function codeOfCloseReason(reason: CloseReason): number {
  return CLOSE_REASON_CODES[reason];
}

export function closeReasonOfCode(code: number): CloseReason | undefined {
  return CLOSE_REASONS[code];
}

/**
 * The code of `closed_source` where the end is the timer of TIME-WAIT, and was written when TIME-WAIT began. Until a run has passed
 * that time, the connection is in TIME-WAIT.
 */
export const FORESEEN = 3;

export function codeOfSource(source: Source): number {
  return SOURCE_CODES[source];
}

export function sourceOfCode(code: number): Source | undefined {
  return SOURCES[code];
}

/** The source of the end of a connection, by the column `closed_source`. */
export function closedSourceOfCode(code: number): Source | undefined {
  return code === FORESEEN ? 'timer' : sourceOfCode(code);
}

/** The code of a source in recording files. */
export function fileCodeOfSource(source: Source): number {
  return SOURCE_CODES[source] + RECORDING_FILE_OFFSET;
}

export function sourceOfFileCode(code: number): Source | undefined {
  return SOURCES[code - RECORDING_FILE_OFFSET];
}

/** Index = code. */
function namesByCode<Name extends string>(codes: Readonly<Record<Name, number>>): readonly Name[] {
  const names: Name[] = [];
  for (const name of Object.keys(codes) as Name[]) names[codes[name]] = name;
  return names;
}
