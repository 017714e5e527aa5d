/** Why a connection is in its state, from the rows of the history alone. */
import { counted } from '../model/counted.js';
import type { Gap } from '../model/gap.js';
import { explainAcceptQueue } from './accept-queue.js';
import { asKnownThen } from './as-known.js';
import { explainCloseWait } from './close-wait-leak.js';
import { explainConnectFailed, failedAtOnce, failureOf, isNoRoute, isSelfCheck } from './connect-failed.js';
import type { ExplainContext } from './context.js';
import { explainWaitsForData } from './deferred-accept.js';
import type { Explanation, TroubleKind } from './explanation.js';
import { explainFinWait2 } from './fin-wait-2-orphan.js';
import { explainHalfOpen } from './half-open-flood.js';
import { explainHealthy } from './healthy.js';
import { explainIdleDrop } from './idle-drop.js';
import { explainEarlierState } from './longest-state.js';
import { obstacleOf } from './obstacle.js';
import { explainOverflowReset } from './overflow-reset.js';
import { explainPortExhaustion, explainTaken, explainTimeWait } from './port-exhaustion.js';
import { explainRefused } from './refused.js';
import { explainReset } from './reset.js';
import { explainRestart } from './restart.js';
import { explainSelfConnect } from './self-connect.js';
import { at, type Sentence, sentence, words } from './sentence.js';
import { explainStaleName } from './stale-name.js';
import type { Subject } from './subject.js';
import { explainTimedOut } from './timed-out.js';
import { explainUnaccepted } from './unaccepted.js';
import { explainUnansweredSyn, isWorrying } from './unanswered-syn.js';
import { explainUnread, explainZeroWindow } from './zero-window.js';

/** Explains one connection. */
export function explain(asRecorded: Subject, context: ExplainContext): Explanation {
  const subject = asKnownThen(asRecorded, context);
  const unaccepted = explainUnaccepted(subject, context);
  const closeWait = unaccepted.length > 0 ? { leak: false, sentences: [] } : explainCloseWait(subject, context);
  const finWait2 = explainFinWait2(subject, context);
  const halfOpen = explainHalfOpen(subject, context);
  const timeWait = explainTimeWait(subject, context);
  const unanswered = obstacleOf(subject, context) ?? 'unanswered SYN';
  const parts: readonly [kind: TroubleKind, sentences: readonly Sentence[], trouble?: boolean][] = [
    [unanswered, explainUnansweredSyn(subject, context), isWorrying(subject)],
    [failureKind(subject, context), explainConnectFailed(subject, context), !isSelfCheck(subject.connection)],
    ['port exhaustion', explainPortExhaustion(subject, context)],
    ['connect failed', explainTaken(subject, context)],
    ['self-connect', explainSelfConnect(subject, context)],
    ['refused', explainRefused(subject, context)],
    ['listener restart', explainRestart(subject, context)],
    ['reset', explainReset(subject, context)],
    [subject.ended === undefined ? 'unacknowledged data' : 'timed out', explainTimedOut(subject, context)],
    ['idle drop', explainIdleDrop(subject, context)],
    ['zero window', [...explainZeroWindow(subject, context), ...explainUnread(subject, context)]],
    ['never accepted', unaccepted],
    ['CLOSE-WAIT leak', closeWait.sentences, closeWait.leak],
    ['FIN-WAIT-2 orphans', finWait2.sentences, finWait2.orphan],
    ['TIME-WAIT pile-up', timeWait.sentences, timeWait.pileUp],
    [halfOpen.kind ?? 'half-open flood', halfOpen.sentences, halfOpen.kind !== undefined],
    ['deferred accept', explainWaitsForData(subject, context)],
    ['accept queue full', [...explainAcceptQueue(subject, context), ...explainOverflowReset(subject, context)]],
  ];
  const found = parts.flatMap(([, sentences]) => sentences);
  const bad = parts.filter(([, sentences, trouble = true]) => trouble && sentences.length > 0);
  const troubles = [...new Set(bad.map(([kind]) => kind))];
  const name = explainStaleName(subject, context);
  if (name.stale && troubles.length > 0) troubles.push('stale name');
  return {
    subject,
    troubles,
    sentences: [
      ...explainEarlierState(subject, context),
      ...(found.length === 0 ? explainHealthy(subject, context) : found),
      ...name.sentences,
      ...gapSentences(subject, context),
    ],
  };
}

function failureKind(subject: Subject, context: ExplainContext): TroubleKind {
  const failure = failedAtOnce(subject) ? failureOf(subject, context) : undefined;
  return failure !== undefined && isNoRoute(failure.detail) ? 'no route' : 'connect failed';
}

/** Gaps that touch the life of the connection: records of it may be missing. */
function gapSentences({ connection, ended, atUs }: Subject, context: ExplainContext): Sentence[] {
  const all = context.gapsTouching(connection.openedUs, ended?.atUs ?? atUs);
  const pauses = all.filter(({ reason }) => reason === 'tracer');
  const gaps = all.filter(({ reason }) => reason !== 'tracer');
  return [...pauses.slice(0, 3).map(pauseSentence), ...lossSentences(gaps)];
}

function pauseSentence(gap: Gap): Sentence {
  return sentence(
    words`Nothing was recorded from ${at(gap.fromUs)} to ${at(gap.toUs)}: no recorder was running, and what happened then is unknown.`,
    { kind: 'gap', gap },
  );
}

function lossSentences(gaps: readonly Gap[]): Sentence[] {
  if (gaps.length === 0) return [];
  const lost = gaps.some((gap) => gap.lost === undefined)
    ? 'number of lost events unknown'
    : `${counted(
        gaps.reduce((sum, gap) => sum + (gap.lost ?? 0), 0),
        'event',
      )} lost`;
  return [
    sentence(
      words`The record has ${gaps.length === 1 ? 'a gap' : counted(gaps.length, 'gap')} in this period, ${lost}: something may be missing here.`,
      ...gaps.slice(0, 3).map((gap) => ({ kind: 'gap', gap }) as const),
    ),
  ];
}
