/** Listeners whose connections waited for a process to accept them. */
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import { connectionById } from '../../query/connection-by-id.js';
import { type StateInterval, stateIntervals } from '../../query/state-intervals.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { at, count, lasting, sentence, words } from '../sentence.js';
import { isJoined, queueOwners, UNACCEPTED_AFTER_US, type Waiting, waitingAt, waitingEvidence } from '../unaccepted.js';
import { type Moment, worstMoment } from '../worst-moment.js';
import type { TroubleWindow } from './endings.js';
import { MOST_EXAMPLES } from './peer-group.js';
import { connectionsAt, troubleOf } from './trouble.js';

/** So many of a listener are looked at, to see whether they wait. */
const MOST_CHECKED = 200;
const MOST_NAMED = 3;

export function unacceptedConnections(
  context: ExplainContext,
  { fromUs, toUs, condition }: TroubleWindow,
): FoundTrouble[] {
  const accepted = `origin IN (${codeOfOrigin('accept')}, ${codeOfOrigin('before-recording')}) AND pid IS NULL`;
  const unowned = { sql: `${accepted} AND (${condition?.sql ?? '1'})`, params: condition?.params ?? {} };
  const window = { fromUs, toUs };
  const wish = { states: ['ESTAB', 'CLOSE-WAIT'], window, leastUs: UNACCEPTED_AFTER_US, condition: unowned } as const;
  const listeners = new Map<string, StateInterval[]>();
  for (const each of stateIntervals(context.database, context.span, wish)) {
    const key = `${context.reuse.identity(each.netns, each.sinceUs)} ${each.localPort}`;
    listeners.set(key, [...(listeners.get(key) ?? []), each]);
  }
  return [...listeners.values()].flatMap((all) => {
    const waiting = all.slice(0, MOST_CHECKED).filter((each) => isWaiting(context, each, toUs));
    // One that went from ESTAB to CLOSE-WAIT is there twice, one after the other.
    const worst = worstMoment(waiting, window, UNACCEPTED_AFTER_US, () => true);
    return worst === undefined ? [] : (unaccepted(context, worst, toUs) ?? []);
  });
}

function isWaiting(context: ExplainContext, { id, untilUs }: StateInterval, toUs: number): boolean {
  const waiting = waitingOf(context, id, Math.min(untilUs ?? toUs, toUs));
  return waiting !== undefined && !isJoined(waiting);
}

function waitingOf(context: ExplainContext, id: number, atUs: number): Waiting | undefined {
  const connection = connectionById(context.database, id);
  return connection === undefined ? undefined : waitingAt(connection, context, atUs);
}

function ownersText(owners: readonly string[]): string {
  if (owners.length === 0) return 'an unknown process';
  return owners.length > MOST_NAMED ? `${owners.length} processes` : owners.join(', ');
}

function unaccepted(
  context: ExplainContext,
  { atUs, present }: Moment<StateInterval>,
  windowEndUs: number,
): FoundTrouble | undefined {
  const [first, ...others] = present;
  const example = first === undefined ? undefined : connectionById(context.database, first.id);
  const waiting = example === undefined ? undefined : waitingAt(example, context, atUs);
  if (first === undefined || example === undefined || waiting === undefined) return undefined;
  const { localAddr, localPort } = example.tuple;
  const [n, end] = [present.length, endpoint(localAddr, localPort)];
  const owners = queueOwners([waiting, ...others.flatMap(({ id }) => waitingOf(context, id, atUs) ?? [])]);
  const several = owners.length > 1;
  const owner = ownersText(owners);
  const untilUs = Math.max(...present.map((each) => Math.min(each.untilUs ?? windowEndUs, windowEndUs)));
  return troubleOf('never accepted', {
    netns: first.netns,
    netnsIdentity: context.reuse.identity(first.netns, first.sinceUs),
    subject: `at ${end}`,
    listeners: [end],
    fromUs: first.sinceUs,
    toUs: untilUs,
    count: n,
    exampleIds: present.slice(0, MOST_EXAMPLES).map(({ id }) => id),
    processes: owners,
    peers: [...new Set(present.map(({ address }) => address))],
    more: connectionsAt(true, localAddr, localPort),
    explain: () => [
      sentence(
        words`At ${at(atUs)} ${counted(n, 'connection')} waited in the accept ${several ? 'queues' : 'queue'} of ${owner} at ${end}, the oldest since ${at(first.sinceUs)}, for ${lasting(atUs - first.sinceUs)}: the ${n === 1 ? 'handshake was' : 'handshakes were'} complete, and ${several ? 'they' : 'the process'} accepted none of them. ${several ? 'Are they' : 'Is it'} blocked, stopped or overloaded?`,
        count('connection', n, first.sinceUs, atUs, `accepted by no process at ${end}`),
        ...waitingEvidence(first.id, waiting),
      ),
    ],
  });
}
