/** The troubles of the range, as the server finds them: the worst first, while it looks for the others. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { ExplainEnd, Failure } from '../../server/contract.js';
import { failureIn } from '../answer.js';
import { address, jsonLines } from '../api.js';
import type { TroubleLine } from '../explained.js';
import { isLive, range } from '../info.js';
import { isPointedAt } from '../live/held-pointer.js';
import { recoveries } from '../recoveries.js';
import { filter, selection } from '../selection.js';
import { TIME_ZONE } from '../time-zone.js';
import { keptTroubles } from './kept-troubles.js';
import { withoutStates } from './trouble-words.js';

/** While the range moves with the clock, it is looked again so often. */
const EVERY_US = 10e6;
const MOST = 50;

export interface FoundTroubles {
  readonly troubles: readonly TroubleLine[];
  /** All that were found; undefined: it is still looking. */
  readonly count: number | undefined;
  readonly notes: readonly string[];
  readonly error: Failure['error'] | undefined;
  /** They are those of the selection before. */
  readonly isStale: boolean;
}

const NOTHING: FoundTroubles = { troubles: [], count: undefined, notes: [], error: undefined, isStale: false };

export const found = signal<FoundTroubles>(NOTHING);
/** The last answer, while the list stands still; `added`: how many troubles of it are not in the list. */
export const waiting = signal<{ readonly answer: FoundTroubles; readonly added: number } | undefined>(undefined);
/** The list has the focus of the keyboard. */
export const hasFocus = signal(false);
const isRead = computed(() => isPointedAt.value || hasFocus.value);

/** What is asked, as far as a new answer is wanted when it changes. */
const question = computed(() => {
  const shown = range.value;
  if (shown === undefined) return undefined;
  const { from, to } = selection.value;
  if (isLive.value) return `${from} ${to} ${filter.value} ${Math.floor(shown.toUs / EVERY_US)}`;
  return `${shown.fromUs} ${shown.toUs} ${filter.value} ${recoveries.value}`;
});

/** What the answer before was about, without the time of asking: of the same, it stays until the next is complete. */
const subject = () => `${selection.peek().from} ${selection.peek().to} ${filter.peek()}`;
let shownSubject = '';

/** Looks until it is ended. */
export function watchTroubles(): () => void {
  const ends = [
    effect(() => {
      if (question.value === undefined) return;
      const abort = new AbortController();
      void look(abort.signal);
      return () => abort.abort();
    }),
    effect(() => {
      if (!isRead.value) letIn();
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Shows the last answer in its order. */
export function letIn(): void {
  const next = waiting.peek();
  if (next === undefined) return;
  waiting.value = undefined;
  found.value = next.answer;
}

/** Shows an answer about the same as before; while someone reads the list, only what it says of the troubles that are listed. */
function showAgain(next: FoundTroubles): void {
  if (!isRead.peek() || next.error !== undefined) {
    waiting.value = undefined;
    found.value = next;
    return;
  }
  const shown = found.peek();
  const { troubles, added } = keptTroubles(shown.troubles, next.troubles);
  batch(() => {
    waiting.value = { answer: next, added };
    found.value = { ...shown, troubles };
  });
}

async function look(signal: AbortSignal): Promise<void> {
  const shown = range.peek();
  if (shown === undefined) return;
  const isAgain = isLive.peek() && subject() === shownSubject && found.peek().count !== undefined;
  shownSubject = subject();
  if (!isAgain) {
    waiting.value = undefined;
    // The list keeps its height until there is another one, so that nothing below it moves twice.
    found.value = { ...found.peek(), count: undefined, error: undefined, isStale: true };
  }
  let next = NOTHING;
  const show = (part: Partial<FoundTroubles>) => {
    next = { ...next, ...part };
    if (!isAgain) found.value = next;
    else if (next.count !== undefined || next.error !== undefined) showAgain(next);
  };
  const of = {
    from: Math.floor(shown.fromUs),
    to: Math.ceil(shown.toUs),
    filter: withoutStates(filter.peek()),
    limit: MOST,
    tz: TIME_ZONE,
  };
  try {
    for await (const line of jsonLines<TroubleLine | ExplainEnd>(address('explain', of), { signal })) {
      if (line.type === 'end') show({ count: line.count, notes: line.notes });
      else show({ troubles: [...next.troubles, line] });
    }
    if (next.count === undefined && !signal.aborted) show({ count: next.troubles.length });
  } catch (error) {
    if (!signal.aborted) show({ error: failureIn(error) });
  }
}
