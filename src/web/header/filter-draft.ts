/** What is in the filter box before it is applied, and what can complete it. */
import { effect, signal } from '@preact/signals';
import type { Completion, Failure } from '../../server/contract.js';
import { failureIn } from '../answer.js';
import { address, getJson, RequestError } from '../api.js';
import { range } from '../info.js';
import { filter, select } from '../selection.js';
import { completed, type Draft, FILTER_EXAMPLES } from './filter-text.js';

const ASK_AFTER_MS = 120;
/** Of so short a range that the answer takes no time. */
const CHECKED_US = 1000;

export interface Option {
  readonly text: string;
  readonly kind: Completion['options'][number]['kind'] | 'example';
  readonly detail: string | null;
  readonly connections: number | null;
}

export const draft = signal<Draft>({ text: filter.value, caret: filter.value.length });
/** Where a completion has left the caret: a new object for each. */
export const placedCaret = signal<{ readonly caret: number } | undefined>(undefined);
/** What is offered; empty: the list is closed. */
export const options = signal<readonly Option[]>([]);
/** The option that Enter takes; -1: none, Enter applies the filter. */
export const active = signal(-1);
export const filterFailure = signal<Failure['error'] | undefined>(undefined);
export const checking = signal(false);

let completesFrom = 0;
let asking: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** A person has changed the text, or moved the caret. */
export function typed(next: Draft): void {
  if (next.text !== draft.value.text) filterFailure.value = undefined;
  draft.value = next;
  openOptions();
}

/** Offers what can stand at the caret; examples where the box is empty. */
export function openOptions(): void {
  stopAsking();
  if (draft.value.text.trim() === '') {
    offer(
      FILTER_EXAMPLES.map(({ filter: text, meaning }) => ({
        text,
        kind: 'example',
        detail: meaning,
        connections: null,
      })),
      0,
    );
  } else timer = setTimeout(() => void ask(draft.value), ASK_AFTER_MS);
}

export function closeOptions(): void {
  stopAsking();
  offer([], 0);
}

/** Moves through the options, past the last one back to the text. */
export function moveActive(by: 1 | -1): void {
  const count = options.value.length + 1;
  if (count > 1) active.value = ((active.value + 1 + by + count) % count) - 1;
}

/** Takes an option. An example is a whole filter: it is applied. */
export function accept(index: number): void {
  const option = options.value[index];
  if (option === undefined) return;
  if (option.kind === 'example') {
    draft.value = { text: option.text, caret: option.text.length };
    void applyDraft();
    return;
  }
  typed(completed(draft.value, completesFrom, option.text));
  placedCaret.value = { caret: draft.value.caret };
}

/** Selects with what is in the box, if it is a filter. Otherwise the selection stays, and the error is shown. */
export async function applyDraft(): Promise<void> {
  closeOptions();
  const text = draft.value.text.trim();
  checking.value = true;
  const failure = await failureOf(text);
  checking.value = false;
  if (draft.value.text.trim() !== text) return;
  filterFailure.value = failure;
  if (failure === undefined) select({ filter: text });
}

export function clearFilter(): void {
  draft.value = { text: '', caret: 0 };
  filterFailure.value = undefined;
  closeOptions();
  select({ filter: '' });
}

/** Shows the filter of the selection when that changes, and checks one that came with the address. */
export function followFilter(): () => void {
  return effect(() => {
    const text = filter.value;
    if (draft.peek().text.trim() === text) {
      if (text !== '') void check(text);
      return;
    }
    draft.value = { text, caret: text.length };
    filterFailure.value = undefined;
    void check(text);
  });
}

async function check(text: string): Promise<void> {
  const failure = await failureOf(text);
  if (filter.peek() === text && draft.peek().text.trim() === text) filterFailure.value = failure;
}

/** What is wrong with a filter; undefined: nothing, or it is not known. */
async function failureOf(text: string): Promise<Failure['error'] | undefined> {
  if (text === '') return undefined;
  const { toUs } = range.peek() ?? { toUs: Date.now() * 1000 };
  try {
    await getJson(address('timeline', { from: toUs - CHECKED_US, to: toUs, width: 1, limit: 1, filter: text }));
    return undefined;
  } catch (error) {
    return error instanceof RequestError && error.status === 400 ? failureIn(error) : undefined;
  }
}

async function ask({ text, caret }: Draft): Promise<void> {
  const abort = new AbortController();
  asking = abort;
  const { fromUs, toUs } = range.peek() ?? {};
  try {
    const url = address('complete', { filter: text, caret, from: fromUs, to: toUs });
    const answer = await getJson<Completion>(url, abort.signal);
    if (!abort.signal.aborted) offer(answer.options, answer.from);
  } catch {
    // Completion is a convenience: without it one types on.
  }
}

function offer(next: readonly Option[], from: number): void {
  options.value = next;
  active.value = -1;
  completesFrom = from;
}

function stopAsking(): void {
  clearTimeout(timer);
  asking?.abort();
}
