/** Stories in which nothing that a recorder can receive distinguishes two connections: no history of them can be expected to be true. */
import { type Life, sameTuple } from './life.js';
import type { Recording } from './recording.js';

export function isAmbiguous(recording: Recording): boolean {
  return recording.kernel.lives.some(
    (life) =>
      isLostAmongOthers(life, recording) ||
      isSucceededUnseen(life, recording) ||
      isUnreachable(life, recording) ||
      isCutOff(life, recording),
  );
}

/** All that was received of it is a connect without a local port, and the dumps that have it show a TIME-WAIT, which has no inode. */
function isLostAmongOthers(life: Life, recording: Recording): boolean {
  const { origin, moments } = life;
  const waits = moments.findIndex(({ to, from }) => to === 'TIME-WAIT' || from === to);
  if (origin !== 'connect' || waits < 0) return false;
  return !moments.slice(1, waits + 1).some((moment) => isReceived(moment, recording));
}

/** Its end was missed, and no dump gave it a cookie, which events would show; another one with its four-tuple follows. */
function isSucceededUnseen(life: Life, recording: Recording): boolean {
  const { cookies, moments, number, netns, tuple } = life;
  const end = moments.at(-1);
  if (cookies.size > 0 || end === undefined || isReceived(end, recording)) return false;
  return recording.kernel.lives.some(
    (each) => each.number > number && each.netns === netns && sameTuple(each.tuple, tuple),
  );
}

/** Its end was missed, and its namespace was in no dump: whether it still exists is not known. */
function isUnreachable({ netns, moments, cookies, endUs }: Life, recording: Recording): boolean {
  const end = moments.at(-1);
  if (endUs === undefined || end === undefined || cookies.size > 0) return false;
  return !recording.kernel.netns.has(netns) && !isReceived(end, recording);
}

/** A run ended between its connect, which has no local port, and the next event that was received, which shows no inode. */
function isCutOff({ origin, moments }: Life, recording: Recording): boolean {
  const [first, ...later] = moments;
  if (origin !== 'connect' || first === undefined) return false;
  const second = later.find((moment) => isReceived(moment, recording));
  return recording.runs.some(({ toUs }) => toUs >= first.atUs && toUs < (second?.atUs ?? 0));
}

function isReceived({ fate, atUs }: Life['moments'][number], { forgotten }: Recording): boolean {
  return fate === 'reported' && !forgotten.has(atUs);
}
