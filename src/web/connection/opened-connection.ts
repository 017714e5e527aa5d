/** What the panel shows: the connection that is open, and its explanation; both asked again while it changes. */
import { computed, effect, signal } from '@preact/signals';
import type { ConnectionAnswer } from '../../server/contract.js';
import { answerTo } from '../answer.js';
import { address } from '../api.js';
import type { ExplanationLine } from '../explained.js';
import { isLive } from '../info.js';
import { lastTransition } from '../live/news.js';
import { openConnection } from '../selection.js';
import { TIME_ZONE } from '../time-zone.js';

/** An open connection is asked for again so often, for its samples. */
const AGAIN_MS = 5000;

/** Changes when the answers may be others. */
const version = signal(0);

/** Changes when another connection is opened, or this one is asked for again. */
export const connection = answerTo<ConnectionAnswer>(() => {
  version.value;
  return openConnection.value === undefined ? undefined : address(`connection/${openConnection.value}`);
});

export const explanation = answerTo<ExplanationLine>(() => {
  version.value;
  return openConnection.value === undefined
    ? undefined
    : address('explain', { id: openConnection.value, tz: TIME_ZONE });
}, 'first line');

const isGrowing = computed(() => isLive.value && connection.value.value?.lane.closed_us === null);

/** Keeps the panel up to date until it is closed. */
export function watchConnection(): () => void {
  const ends = [
    effect(() => {
      if (!isGrowing.value) return;
      const timer = setInterval(() => version.value++, AGAIN_MS);
      return () => clearInterval(timer);
    }),
    effect(() => {
      if (lastTransition.value?.connection_id === openConnection.peek()) version.value = version.peek() + 1;
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
