/** The troubles of the range, as the server finds them: the worst first, while it looks for the others. */
import { computed, effect, signal } from '@preact/signals';
import type { ExplainEnd, Failure } from '../../server/contract.js';
import { failureIn } from '../answer.js';
import { address, jsonLines } from '../api.js';
import type { TroubleLine } from '../explained.js';
import { isLive, range } from '../info.js';
import { filter, selection } from '../selection.js';
import { TIME_ZONE } from '../time-zone.js';
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

/** What is asked, as far as a new answer is wanted when it changes. */
const question = computed(() => {
  const shown = range.value;
  if (shown === undefined) return undefined;
  const { from, to } = selection.value;
  if (isLive.value) return `${from} ${to} ${filter.value} ${Math.floor(shown.toUs / EVERY_US)}`;
  return `${shown.fromUs} ${shown.toUs} ${filter.value}`;
});

/** What the answer before was about, without the time of asking: of the same, it stays until the next is complete. */
const subject = () => `${selection.peek().from} ${selection.peek().to} ${filter.peek()}`;
let shownSubject = '';

/** Looks until it is ended. */
export function watchTroubles(): () => void {
  return effect(() => {
    if (question.value === undefined) return;
    const abort = new AbortController();
    void look(abort.signal);
    return () => abort.abort();
  });
}

async function look(signal: AbortSignal): Promise<void> {
  const shown = range.peek();
  if (shown === undefined) return;
  const isAgain = isLive.peek() && subject() === shownSubject && found.peek().count !== undefined;
  shownSubject = subject();
  // The list keeps its height until there is another one, so that nothing below it moves twice.
  if (!isAgain) found.value = { ...found.peek(), count: undefined, error: undefined, isStale: true };
  let next = NOTHING;
  const show = (part: Partial<FoundTroubles>) => {
    next = { ...next, ...part };
    if (!isAgain || next.count !== undefined || next.error !== undefined) found.value = next;
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
