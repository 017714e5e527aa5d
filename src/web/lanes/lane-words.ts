/** A lane in words: what its cells say, what a screen reader says, and the filters of its values. */
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { durationText, localTime } from '../../model/time-text.js';
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

type Ends = Pick<Lane, 'local_addr' | 'local_port' | 'remote_addr' | 'remote_port'>;

/** A connect that fails at once has no port yet, and no peer: the kernel forgets both. */
const NOT_RECORDED = 'not recorded';
const isUnspecified = (address: string): boolean => address === '0.0.0.0' || address === '::';

/** `10.0.0.1:4711`; without a port, what is known. */
function endText(address: string, port: number): string {
  if (port !== 0) return endpoint(address, port);
  return isUnspecified(address) ? NOT_RECORDED : address;
}

export const localText = ({ local_addr, local_port }: Ends): string => endText(local_addr, local_port);
export const remoteText = ({ remote_addr, remote_port }: Ends): string => endText(remote_addr, remote_port);
/** Where the column is narrow. */
export const localPortText = ({ local_port }: Ends): string => (local_port === 0 ? '–' : `:${local_port}`);

/** It has no other end. */
export const isListener = ({ origin, state, remote_port }: Lane): boolean =>
  origin === 'listen' || state === 'LISTEN' || (remote_port === 0 && origin !== 'connect');

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

/** Why the name of its peer is struck out; undefined where it is not. */
export function staleText({ stale_name, remote_addr, remote_port }: Lane): string | undefined {
  if (stale_name === null) return undefined;
  const { name, ended_us } = stale_name;
  return `stale name: ${name} had moved away from ${endText(remote_addr, remote_port)} by ${localTime(ended_us)}, before this connect`;
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
  readonly local: string | undefined;
  readonly peer: string | undefined;
  readonly state: string | undefined;
}

export function cellFilters(lane: Lane): CellFilters {
  return {
    process: processFilter(lane),
    local: lane.local_port === 0 ? undefined : `sport = :${lane.local_port}`,
    peer: peerFilter(lane),
    state: lane.state === 'UNCONN' ? undefined : `state ${STATE_WORDS[lane.state] ?? lane.state.toLowerCase()}`,
  };
}

function peerFilter(lane: Lane): string | undefined {
  if (isListener(lane)) return `src ${localText(lane)}`;
  return remoteText(lane) === NOT_RECORDED ? undefined : `dst ${remoteText(lane)}`;
}

const STATE_WORDS: Readonly<Record<string, string>> = { ESTAB: 'established', LISTEN: 'listening' };

/** Words of a filter have no blanks in them: such a name cannot be asked for. */
function processFilter({ comm, pid }: Lane): string | undefined {
  if (comm !== null && comm !== '' && !/\s/.test(comm)) return `comm = ${comm}`;
  return pid === null ? undefined : `pid = ${pid}`;
}
