/** Why a connection is in its state, and what looks wrong on a host: from the rows of the history, and nothing else. */
import type { ExplainContext } from './context.js';
import { type Explanation, type Sentence, sentence, type TroubleKind, words } from './explanation.js';
import { explainStaleName } from './stale-name.js';
import type { Subject } from './subject.js';
import { explainUnansweredSyn } from './unanswered-syn.js';

export { type ContextOptions, ExplainContext, type LocalPorts } from './context.js';
export type { Evidence, Explanation, Piece, Sentence, Trouble, TroubleKind } from './explanation.js';
export { localEndOf, ownerOf, peerOf, type Subject, subjectAt } from './subject.js';
export { type Worst, type WorstOptions, worstOf } from './worst.js';

/** Explains one connection. */
export function explain(subject: Subject, context: ExplainContext): Explanation {
  const troubles: TroubleKind[] = [];
  const sentences: Sentence[] = [];
  const add = (kind: TroubleKind | undefined, found: readonly Sentence[]) => {
    if (found.length > 0 && kind !== undefined) troubles.push(kind);
    sentences.push(...found);
  };
  add('unanswered SYN', explainUnansweredSyn(subject, context));
  add(undefined, explainStaleName(subject, context));
  return { subject, troubles, sentences: [...sentences, ...gapSentences(subject, context)] };
}

/** A loss that touches what was told is told, too. */
function gapSentences({ connection, ended, atUs }: Subject, context: ExplainContext): Sentence[] {
  const gaps = context.gapsTouching(connection.openedUs, ended?.atUs ?? atUs);
  if (gaps.length === 0) return [];
  const lost = gaps.some((gap) => gap.lost === undefined)
    ? 'an unknown number of events'
    : `${gaps.reduce((sum, gap) => sum + (gap.lost ?? 0), 0)} events`;
  return [
    sentence(
      words`The record has ${gaps.length === 1 ? 'a gap' : `${gaps.length} gaps`} in this time, ${lost} lost: something may be missing here.`,
      ...gaps.slice(0, 3).map((gap) => ({ kind: 'gap', gap }) as const),
    ),
  ];
}
