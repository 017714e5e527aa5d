/** The selection as a signal that follows the address, and the address as one that follows the selection. */
import { computed, signal } from '@preact/signals';
import { narrowed } from './narrowed-filter.js';
import { addressOf, pinnedIds, pinToggled, type Selection, selectionOf } from './selection-address.js';

export const selection = signal<Selection>(selectionOf(location.search));

/** One signal for each part, so that what reads a part is not run again for another one. */
export const view = computed(() => selection.value.view);
export const filter = computed(() => selection.value.filter);
export const group = computed(() => selection.value.group);
export const sort = computed(() => selection.value.sort);
export const cursor = computed(() => selection.value.at);
export const secondCursor = computed(() => selection.value.and);
export const openConnection = computed(() => selection.value.socket);
const pin = computed(() => selection.value.pin);
/** The connections that stay above the others. */
export const pinned = computed(() => pinnedIds(pin.value));

/** What the address says now; the selection is ahead of it while a pointer moves. */
let written = addressOf(selection.value);

/**
 * Changes a part of the selection. `push`: a step of its own for the Back button; `replace`: part of the last step; `preview`: the
 * page only, while the pointer moves. A push follows when it is let go: so Back returns to where it began, and the address is not
 * written more often than browsers accept (100 to 200 times in 30 s).
 */
export function select(part: Partial<Selection>, how: 'push' | 'replace' | 'preview' = 'push'): void {
  const next = { ...selection.value, ...part };
  const address = addressOf(next);
  if (how !== 'preview' && address !== written) {
    const url = `${location.pathname}${address}${location.hash}`;
    if (how === 'push') pushStep(url);
    else history.replaceState(history.state, '', url);
    written = address;
  }
  selection.value = next;
}

/** The place of this selection among those that Back and Forward of this page reach, and that of the last of them. */
export const step = signal(stepOf(history.state));
export const lastStep = signal(step.value);

function pushStep(url: string): void {
  step.value++;
  lastStep.value = step.value;
  history.pushState({ step: step.value }, '', url);
}

function stepOf(state: unknown): number {
  const known = (state as { readonly step?: unknown } | null)?.step;
  return typeof known === 'number' ? known : 0;
}

/** Adds a condition to the filter. */
export function narrow(condition: string, how: 'and' | 'and not' = 'and'): void {
  select({ filter: narrowed(selection.value.filter, condition, how) });
}

/** Pins a connection, or unpins it. */
export function togglePin(id: number): void {
  select({ pin: pinToggled(selection.value.pin, id) });
}

/** Follows Back and Forward. */
export function watchAddress(): void {
  addEventListener('popstate', ({ state }) => {
    step.value = stepOf(state);
    lastStep.value = Math.max(lastStep.value, step.value);
    selection.value = selectionOf(location.search);
    written = addressOf(selection.value);
  });
}
