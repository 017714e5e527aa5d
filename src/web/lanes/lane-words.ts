/** A lane in words: what its cells say, what a screen reader says, and the filters of its values. */
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { durationText } from '../../model/time-text.js';
import type { Lane, Paint } from '../../server/contract.js';
import { paintOf } from './runs.js';

export interface StateWords {
  readonly text: string;
  readonly paint: Paint;
}

const END_WORDS: Readonly<Record<string, StateWords>> = {
  orderly: { text: 'closed', paint: 'TIME-WAIT' },
  'reset by peer': { text: 'reset by peer', paint: 'reset' },
  refused: { text: 'refused', paint: 'refused' },
  'timed out': { text: 'timed out', paint: 'timed-out' },
  unreachable: { text: 'unreachable', paint: 'failed' },
  aborted: { text: 'aborted', paint: 'reset' },
  destroyed: { text: 'destroyed', paint: 'failed' },
  failed: { text: 'connect failed', paint: 'failed' },
};
const UNKNOWN_END: StateWords = { text: 'closed, unknown why', paint: 'TIME-WAIT' };

/** Its last state in the range, or how it ended. */
export function stateWords({ state, close_reason }: Pick<Lane, 'state' | 'close_reason'>): StateWords {
  if (state !== 'UNCONN') return { text: state, paint: state as Paint };
  return END_WORDS[close_reason ?? ''] ?? UNKNOWN_END;
}

type Ends = Pick<Lane, 'local_addr' | 'local_port' | 'remote_addr' | 'remote_port' | 'remote_name'>;

export const localText = ({ local_addr, local_port }: Ends): string => endpoint(local_addr, local_port);
export const remoteText = ({ remote_addr, remote_port }: Ends): string => endpoint(remote_addr, remote_port);

/** It has no other end. */
export const isListener = ({ state, remote_port }: Lane): boolean => state === 'LISTEN' || remote_port === 0;

/** How long it was open, up to a time; `+` where it is open still. */
export function lastedText({ opened_us, closed_us }: Pick<Lane, 'opened_us' | 'closed_us'>, untilUs: number): string {
  if (closed_us !== null) return shortDuration(closed_us - opened_us);
  return `${shortDuration(Math.max(0, untilUs - opened_us))}+`;
}

/** Three digits are enough in a column. */
function shortDuration(us: number): string {
  return durationText(us).replace(/^(\d{3})\.\d+/, '$1');
}

/** What the lane shows, for those who do not see it: `SYN-SENT, reset by peer; 3 retransmits`. */
export function laneLabel(lane: Lane): string {
  const paints = [...new Set(lane.runs.map(paintOf))];
  const inferred = lane.runs.some(([, , , certainty]) => certainty > 0) ? ', in parts inferred' : '';
  const markers = new Map<string, number>();
  for (const [, kind, count] of lane.markers) markers.set(kind, (markers.get(kind) ?? 0) + Math.max(1, count));
  const events = [...markers].map(([kind, count]) => markerText(kind, count));
  return [`${paints.join(', ') || 'nothing in this range'}${inferred}`, ...events].join('; ');
}

/** `3 retransmits`, `reset received`. */
export function markerText(kind: string, count: number): string {
  if (kind === 'retransmit') return counted(Math.max(1, count), 'retransmit');
  const words = kind.replace('-', ' ');
  return count > 1 ? `${words}, ${count} times` : words;
}

/** Filters that select what has the same value; undefined where the language has no word for it. */
export interface CellFilters {
  readonly process: string | undefined;
  readonly local: string;
  readonly peer: string;
  readonly state: string | undefined;
}

export function cellFilters(lane: Lane): CellFilters {
  return {
    process: processFilter(lane),
    local: `sport = :${lane.local_port}`,
    peer: isListener(lane) ? `src ${localText(lane)}` : `dst ${remoteText(lane)}`,
    state: lane.state === 'UNCONN' ? undefined : `state ${STATE_WORDS[lane.state] ?? lane.state.toLowerCase()}`,
  };
}

const STATE_WORDS: Readonly<Record<string, string>> = { ESTAB: 'established', LISTEN: 'listening' };

/** Words of a filter have no blanks in them: such a name cannot be asked for. */
function processFilter({ comm, pid }: Lane): string | undefined {
  if (comm !== null && comm !== '' && !/\s/.test(comm)) return `comm = ${comm}`;
  return pid === null ? undefined : `pid = ${pid}`;
}
