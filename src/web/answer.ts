/** An answer of the server as a signal that follows what it is asked. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Failure } from '../server/contract.js';
import { getJson, jsonLines, RequestError } from './api.js';
import { recoveries } from './recoveries.js';

export interface Answer<T> {
  /** The last one that came; it stays while the next is loading. */
  readonly value: T | undefined;
  /** What `value` answers. */
  readonly url: string | undefined;
  readonly error: Failure['error'] | undefined;
  readonly loading: boolean;
}

/**
 * Asks whenever the URL changes, and ends the request before. `url` reads signals; undefined: there is nothing to ask now, and the
 * last answer is forgotten. `first line`: of an answer of lines.
 */
export function answerTo<T>(
  url: () => string | undefined,
  kind: 'whole' | 'first line' = 'whole',
): ReadonlySignal<Answer<T>> {
  const get = kind === 'whole' ? getJson<T> : firstLine<T>;
  const answer = signal<Answer<T>>({ value: undefined, url: undefined, error: undefined, loading: false });
  effect(() => {
    const wanted = url();
    recoveries.value;
    if (wanted === undefined) {
      answer.value = { value: undefined, url: undefined, error: undefined, loading: false };
      return;
    }
    const last = answer.peek();
    answer.value = { ...last, loading: true };
    const abort = new AbortController();
    get(wanted, abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) answer.value = { value, url: wanted, error: undefined, loading: false };
      },
      (error: unknown) => {
        if (!abort.signal.aborted) answer.value = { ...answer.peek(), error: failureIn(error), loading: false };
      },
    );
    return () => abort.abort();
  });
  return answer;
}

async function firstLine<T>(url: string, signal: AbortSignal): Promise<T> {
  for await (const line of jsonLines<T>(url, { signal })) return line;
  throw new Error('the answer is empty');
}

export function failureIn(error: unknown): Failure['error'] {
  if (error instanceof RequestError) return error.failure;
  return { code: 'page', message: error instanceof Error ? error.message : String(error) };
}
