/** The longest abnormal state that a connection was in before its last one. */
import { counted } from '../model/counted.js';
import type { Step } from '../model/step.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import type { ExplainContext } from './context.js';
import { receivedAfter, sentAfter } from './half-close.js';
import { at, type Evidence, lasting, type Piece, type Sentence, sentence, words } from './sentence.js';
import { ownerOf, peerOf, type Subject } from './subject.js';

/** For longer than this, microseconds, a state is abnormal; absent: it may last. */
const NORMAL_US: Readonly<Partial<Record<TcpState, number>>> = {
  'SYN-SENT': 1_000_000,
  'SYN-RECV': 1_000_000,
  'NEW-SYN-RECV': 1_000_000,
  'CLOSE-WAIT': 10_000_000,
  'FIN-WAIT-1': 3_000_000,
  'FIN-WAIT-2': 10_000_000,
  'LAST-ACK': 3_000_000,
  CLOSING: 3_000_000,
};

interface EarlierState {
  readonly begin: Step;
  readonly end: Step;
  /** The place of `begin` among the steps. */
  readonly index: number;
}

/** Explains it; nothing where all of them were short. */
export function explainEarlierState(subject: Subject, context: ExplainContext): Sentence[] {
  const longest = longestOf(subject, context);
  if (longest === undefined) return [];
  const { begin, end, index } = longest;
  const { connection } = subject;
  const evidence = [begin, end].map((step, place): Evidence => {
    return { kind: 'transition', connectionId: connection.id, index: index + place + 1, step };
  });
  const span = words`for ${lasting(end.atUs - begin.atUs)}, from ${at(begin.atUs)} to ${at(end.atUs)}`;
  const again = context
    .events(connection.id)
    .filter(({ kind, atUs }) => kind === 'retransmit' && atUs >= begin.atUs && atUs <= end.atUs).length;
  const retransmits = again === 0 ? '' : `, with ${counted(again, 'retransmit')}`;
  return [
    sentence(
      words`It was in ${shownState(begin.newState)} ${span}${retransmits}: ${reasonOf(subject, longest)}.`,
      ...evidence,
    ),
  ];
}

function longestOf(subject: Subject, context: ExplainContext): EarlierState | undefined {
  const { connection, index } = subject;
  let longest: EarlierState | undefined;
  connection.steps.slice(0, Math.max(0, index)).forEach((begin, place) => {
    const end = connection.steps[place + 1];
    const normalUs = NORMAL_US[begin.newState];
    if (end === undefined || normalUs === undefined) return;
    const us = end.atUs - begin.atUs;
    if (us < normalUs || us <= (longest === undefined ? 0 : longest.end.atUs - longest.begin.atUs)) return;
    if (!wasHalfClosed(connection.id, begin, end, context)) longest = { begin, end, index: place };
  });
  return longest;
}

/** A half-close that went on to transfer is what it is for. */
function wasHalfClosed(id: number, begin: Step, end: Step, context: ExplainContext): boolean {
  if (begin.newState === 'CLOSE-WAIT') return sentAfter(context, id, begin.atUs, end.atUs) !== undefined;
  return begin.newState === 'FIN-WAIT-2' && receivedAfter(context, id, begin.atUs, end.atUs) !== undefined;
}

function reasonOf({ connection }: Subject, { begin, end }: EarlierState): Piece[] {
  const [owner, peer] = [ownerOf(connection), peerOf(connection)];
  switch (begin.newState) {
    case 'SYN-SENT':
      return end.newState === 'ESTAB' || end.newState === 'SYN-RECV'
        ? words`${peer} answered its SYN only then`
        : words`its SYN was not answered until then`;
    case 'SYN-RECV':
    case 'NEW-SYN-RECV':
      return words`the last ACK of the handshake from ${peer} was missing, or dropped because the accept queue was full`;
    case 'CLOSE-WAIT':
      return words`${peer} had closed, ${owner} had not`;
    case 'FIN-WAIT-2':
      return words`${owner} had closed, ${peer} had not`;
    default:
      return words`${peer} did not acknowledge the FIN of ${owner}, or what was sent before it`;
  }
}
