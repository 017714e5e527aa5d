/** Listeners with handshakes that clients started and did not complete: at the worst moment of a window, and in all. */
import { ALWAYS } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import { maskOfStates } from '../../model/tcp-state.js';
import { connectionById } from '../../query/connection-by-id.js';
import { type StateInterval, stateIntervals } from '../../query/state-intervals.js';
import type { ExplainContext } from '../context.js';
import { DEFERRED_AFTER_US, deferredAt } from '../deferred-accept.js';
import type { FoundTrouble } from '../explanation.js';
import { FLOOD_COUNT } from '../half-open-flood.js';
import { at, count, lasting, type Sentence, sentence, words } from '../sentence.js';
import { ESTABLISHED_MASK } from '../state-masks.js';
import { ownerOf } from '../subject.js';
import { type Moment, worstMoment } from '../worst-moment.js';
import type { EndingGroup, TroubleWindow } from './endings.js';
import { MOST_EXAMPLES } from './peer-group.js';
import { troubleOf } from './trouble.js';

/** The client of a half-open connection older than this did not receive, or did not answer, the first SYN-ACK. */
export const HALF_OPEN_AFTER_US = 1_000_000;
/** So many of a listener are looked at, to see whether they wait for data. */
const MOST_CHECKED = 10;

interface Listener {
  readonly netns: number;
  readonly netnsIdentity: string;
  readonly port: number;
  address: string;
  readonly intervals: StateInterval[];
  /** Those that ended half-open in the window. */
  ended: number;
  firstUs: number;
  lastUs: number;
  lastId: number;
}

export function halfOpenListeners(
  context: ExplainContext,
  window: TroubleWindow,
  endings: readonly EndingGroup[],
): FoundTrouble[] {
  const listeners = new Map<string, Listener>();
  const listenerAt = (netns: number, netnsIdentity: string, port: number) => {
    const key = `${netnsIdentity} ${port}`;
    const known = listeners.get(key) ?? {
      ...{ netns, netnsIdentity, port, address: '', intervals: [], ended: 0 },
      ...{ firstUs: Number.POSITIVE_INFINITY, lastUs: 0, lastId: 0 },
    };
    listeners.set(key, known);
    return known;
  };
  for (const each of halfOpenIntervals(context, window)) {
    const listener = listenerAt(each.netns, context.reuse.identity(each.netns, each.sinceUs), each.localPort);
    listener.intervals.push(each);
    listener.firstUs = Math.min(listener.firstUs, each.sinceUs);
    listener.lastUs = Math.max(listener.lastUs, Math.min(each.untilUs ?? window.toUs, window.toUs));
    listener.lastId = Math.max(listener.lastId, each.id);
  }
  for (const { inbound, established, netns, netnsIdentity, address, port, n, firstUs, lastUs, lastId } of endings) {
    if (!inbound || established) continue;
    const listener = listenerAt(netns, netnsIdentity, port);
    listener.address = address;
    listener.ended += n;
    listener.firstUs = Math.min(listener.firstUs, firstUs);
    listener.lastUs = Math.max(listener.lastUs, lastUs);
    listener.lastId = Math.max(listener.lastId, lastId);
  }
  return [...listeners.values()].flatMap((listener) => {
    const deferred = deferredOf(context, listener, window);
    return deferred ?? floodOf(context, listener, window);
  });
}

/** A child that the kernel makes of a complete handshake is in SYN-RECV for an instant: only requests that were not are read. */
function halfOpenIntervals(
  context: ExplainContext,
  { fromUs, toUs, condition = ALWAYS }: TroubleWindow,
): StateInterval[] {
  const accepted = `origin = ${codeOfOrigin('accept')}`;
  const seen = `((states & ${maskOfStates(['NEW-SYN-RECV'])}) <> 0 OR (states & ${ESTABLISHED_MASK}) = 0)`;
  return stateIntervals(context.database, context.span, {
    states: ['SYN-RECV', 'NEW-SYN-RECV'],
    window: { fromUs, toUs },
    leastUs: HALF_OPEN_AFTER_US,
    condition: { sql: `${accepted} AND ${seen} AND (${condition.sql})`, params: condition.params },
  });
}

/** Clients that connected and sent nothing: the oldest requests show whether they wait for that. */
function deferredOf(
  context: ExplainContext,
  { netns, netnsIdentity, port, intervals }: Listener,
  { fromUs, toUs }: TroubleWindow,
): FoundTrouble[] | undefined {
  const long = intervals.filter((each) => endOf(each, toUs) - each.sinceUs >= DEFERRED_AFTER_US);
  const checked = long.slice(0, MOST_CHECKED).map((each) => {
    const request = connectionById(context.database, each.id);
    return request && deferredAt(context, request, each.sinceUs, endOf(each, toUs));
  });
  const [first] = checked;
  if (first === undefined || checked.includes(undefined)) return undefined;
  const worst = worstMoment(long, { fromUs, toUs }, DEFERRED_AFTER_US, () => true);
  const [oldest] = worst?.present ?? [];
  if (worst === undefined || oldest === undefined) return undefined;
  const { listener } = first;
  const end = endpoint(listener.tuple.localAddr, port);
  const n = worst.present.length;
  return [
    troubleOf('deferred accept', {
      netns,
      netnsIdentity,
      subject: end,
      listeners: [end],
      fromUs: oldest.sinceUs,
      toUs: worst.present.reduce((us, each) => Math.max(us, endOf(each, toUs)), 0),
      count: n,
      exampleIds: worst.present.slice(0, MOST_EXAMPLES).map(({ id }) => id),
      processes: [ownerOf(listener)],
      peers: [...new Set(worst.present.map(({ address }) => address))],
      more: moreOf(port),
      explain: () => [
        sentence(
          words`At ${at(worst.atUs)} ${counted(n, 'client')} of ${ownerOf(listener)} at ${end} had connected and sent nothing, the oldest for ${lasting(worst.atUs - oldest.sinceUs)}: it listens with TCP_DEFER_ACCEPT, so the kernel keeps their connections half-open until data comes. That is normal, unless the clients wait for it to begin.`,
          count('half-open connection', n, oldest.sinceUs, worst.atUs, 'whose SYN-ACK was not retransmitted'),
        ),
      ],
    }),
  ];
}

function floodOf(context: ExplainContext, listener: Listener, { fromUs, toUs }: TroubleWindow): FoundTrouble[] {
  const { netns, netnsIdentity, port, intervals, ended, firstUs, lastUs, lastId } = listener;
  const left = intervals.filter(({ untilUs }) => untilUs === null || untilUs > toUs);
  const completed = intervals.filter(
    ({ untilUs, nextState }) =>
      untilUs !== null && untilUs <= toUs && ((1 << (nextState ?? 0)) & ESTABLISHED_MASK) !== 0,
  );
  const n = left.length + completed.length + ended;
  if (n < FLOOD_COUNT) return [];
  const worst = worstMoment(intervals, { fromUs, toUs }, HALF_OPEN_AFTER_US, () => true);
  const address = listener.address || (connectionById(context.database, lastId)?.tuple.localAddr ?? '?');
  const end = endpoint(address, port);
  const late = completed.length === 0 ? '' : `, ${completed.length} completed late`;
  return [
    troubleOf('half-open flood', {
      netns,
      netnsIdentity,
      subject: end,
      listeners: [end],
      fromUs: firstUs,
      toUs: left.length > 0 ? toUs : lastUs,
      count: n,
      exampleIds: [lastId],
      more: moreOf(port),
      explain: () => [
        sentence(
          words`${counted(n, 'handshake')} with ${end} ${n === 1 ? 'was' : 'were'} started and not completed: ${left.length} half-open at ${at(toUs)}${fromAddresses(left)}, ${ended} ended before${late}. Possible causes: clients that do not receive the SYN-ACKs, a scan, a flood of forged SYNs, a full accept queue.`,
          count('half-open connection', left.length, firstUs, toUs),
          count('connection', ended, firstUs, lastUs, 'that ended half-open'),
        ),
        ...atWorst(worst, left.length),
      ],
    }),
  ];
}

/** The moment with most, where that is not the end of the window. */
function atWorst(worst: Moment<StateInterval> | undefined, leftAtEnd: number): Sentence[] {
  const [oldest] = worst?.present ?? [];
  if (worst === undefined || oldest === undefined || worst.present.length <= leftAtEnd) return [];
  const n = worst.present.length;
  return [
    sentence(
      words`At worst ${n} ${n === 1 ? 'was' : 'were'} half-open at once, at ${at(worst.atUs)}${fromAddresses(worst.present)}, the oldest since ${at(oldest.sinceUs)}.`,
      count('half-open connection', n, oldest.sinceUs, worst.atUs),
    ),
  ];
}

function fromAddresses(intervals: readonly StateInterval[]): string {
  const n = new Set(intervals.map(({ address }) => address)).size;
  return n === 0 ? '' : `, from ${counted(n, 'address')}`;
}

function endOf({ untilUs }: StateInterval, toUs: number): number {
  return Math.min(untilUs ?? toUs, toUs);
}

function moreOf(port: number): string[] {
  return ['timeline', '--oneline', 'state', 'syn-recv', 'sport', '=', `:${port}`];
}
