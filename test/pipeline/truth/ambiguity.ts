/** Stories in which nothing that a recorder can receive distinguishes two connections: no history of them can be expected to be true. */
import { type Life, sameTuple } from './life.js';
import type { Recording } from './recording.js';

export function isAmbiguous(recording: Recording): boolean {
  return recording.kernel.lives.some(
    (life) =>
      isLostAmongOthers(life, recording) ||
      isLikeAnother(life, recording) ||
      isSucceededUnseen(life, recording) ||
      isUnreachable(life, recording) ||
      isCutOff(life, recording) ||
      isReplacedBetweenRuns(life, recording),
  );
}

/** All that was received of it is a connect without a local port, and the dumps that have it show a TIME-WAIT, which has no inode. */
function isLostAmongOthers(life: Life, recording: Recording): boolean {
  const { origin, moments } = life;
  const waits = moments.findIndex(({ to, from }) => to === 'TIME-WAIT' || from === to);
  if (origin !== 'connect' || waits < 0) return false;
  return !moments.slice(1, waits + 1).some((moment) => isReceived(moment, recording));
}

/** Listeners share their address: which of them has ended shows only the `struct sock`, if the opening of each was received, or the cookie. */
function isLikeAnother(life: Life, recording: Recording): boolean {
  const { moments, number, netns, tuple } = life;
  const [opening, end] = moments;
  if (life.origin !== 'listen' || opening === undefined || end === undefined) return false;
  if (
    isReceived(opening, recording) &&
    recording.runs.every(({ fromUs }) => fromUs < opening.atUs || fromUs > end.atUs)
  )
    return false;
  return recording.kernel.lives.some(
    (each) =>
      each.number !== number &&
      each.netns === netns &&
      sameTuple(each.tuple, tuple) &&
      !wasShown(each, recording, end.atUs),
  );
}

/** Its end was missed, and no dump gave it a cookie, which events would show; another one with its four-tuple follows. */
function isSucceededUnseen(life: Life, recording: Recording): boolean {
  const { moments, number, netns, tuple } = life;
  const end = moments.at(-1);
  if (wasShown(life, recording) || end === undefined || isReceived(end, recording)) return false;
  return recording.kernel.lives.some(
    (each) => each.number > number && each.netns === netns && sameTuple(each.tuple, tuple),
  );
}

/** Its end was missed, and its namespace was in no dump: whether it still exists is not known. */
function isUnreachable(life: Life, recording: Recording): boolean {
  const { netns, moments, endUs } = life;
  const end = moments.at(-1);
  if (endUs === undefined || end === undefined || wasShown(life, recording)) return false;
  return !recording.kernel.netns.has(netns) && !isReceived(end, recording);
}

/**
 * A run ended between its connect, which has no local port, and the next event that was received, which shows no inode; or before another
 * connect on the same socket.
 */
function isCutOff({ origin, moments, firstSock, number }: Life, recording: Recording): boolean {
  const [first, ...later] = moments;
  if (origin !== 'connect' || first === undefined) return false;
  const second = later.find((moment) => isReceived(moment, recording));
  const isAgain = recording.kernel.lives.some((each) => each.number > number && each.firstSock === firstSock);
  const untilUs = second?.atUs ?? (isAgain ? Number.POSITIVE_INFINITY : 0);
  return recording.runs.some(({ toUs }) => toUs >= first.atUs && toUs < untilUs);
}

/** A run ended while it was in TIME-WAIT, whose cookie is not written, and the next one finds another with its four-tuple in TIME-WAIT. */
function isReplacedBetweenRuns({ moments, number, netns, tuple }: Life, recording: Recording): boolean {
  const waitsUs = waitUs(moments);
  return recording.kernel.lives.some((each) => {
    if (each.number <= number || each.netns !== netns || !sameTuple(each.tuple, tuple)) return false;
    const isUnseen = !each.moments.some((moment) => isReceived(moment, recording));
    return isUnseen && recording.runs.some(({ toUs }) => toUs >= waitsUs && toUs < waitUs(each.moments));
  });
}

function waitUs(moments: Life['moments']): number {
  return moments.find(({ to }) => to === 'TIME-WAIT')?.atUs ?? Number.NaN;
}

function isReceived({ fate, atUs }: Life['moments'][number], { forgotten }: Recording): boolean {
  return fate === 'reported' && !forgotten.has(atUs);
}

/** Whether a dump showed it that was applied, and began before a boot time. */
function wasShown({ shownUs }: Life, { unapplied }: Recording, beforeUs = Number.POSITIVE_INFINITY): boolean {
  return shownUs.some((us) => us < beforeUs && !unapplied.some(({ fromUs, toUs }) => us > fromUs && us <= toUs));
}
