/** What the server says of the moments at the cursors. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { DiffAnswer, SocketTable } from '../../server/contract.js';
import { answerTo } from '../answer.js';
import { address } from '../api.js';
import { showsHosts } from '../info.js';
import { cursor, filter, secondCursor } from '../selection.js';

/** A cursor that is dragged asks at most so often. */
const LEAST_MS = 120;

/** Follows another signal, at most every so many milliseconds, and always ends at its last value. */
function throttled<T>(source: ReadonlySignal<T>): ReadonlySignal<T> {
  const slow = signal(source.peek());
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  const take = () => {
    timer = undefined;
    lastAt = performance.now();
    slow.value = source.peek();
  };
  effect(() => {
    source.value;
    const waitMs = lastAt + LEAST_MS - performance.now();
    if (timer !== undefined) return;
    if (waitMs <= 0) take();
    else timer = setTimeout(take, waitMs);
  });
  return slow;
}

const first = throttled(cursor);
const second = throttled(secondCursor);

/** What the page needs of each socket besides its text: all columns are 3 kB. */
const COLUMNS = 'state,connection_id';

const tableAt = (at: number | undefined) =>
  at === undefined || showsHosts.value
    ? undefined
    : address('ss', { at, text: true, columns: COLUMNS, filter: filter.value });

export const firstTable = answerTo<SocketTable>(() => tableAt(first.value));
export const secondTable = answerTo<SocketTable>(() => tableAt(second.value));
export const difference = answerTo<DiffAnswer>(() => {
  const [a, b] = [first.value, second.value];
  if (a === undefined || b === undefined || showsHosts.value) return undefined;
  return address('diff', { first: Math.min(a, b), second: Math.max(a, b), filter: filter.value });
});
