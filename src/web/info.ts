/** What the server knows about the recording, asked again while it grows; the range that is shown follows from it. */
import { computed, signal } from '@preact/signals';
import type { Failure, Info } from '../server/contract.js';
import { failureIn } from './answer.js';
import { address, getJson } from './api.js';
import { rangeOf } from './range.js';
import { selection } from './selection.js';

const ASK_EVERY_MS = 1000;

export const info = signal<Info | undefined>(undefined);
export const infoError = signal<Failure['error'] | undefined>(undefined);
/** While true, the range stays where it is. */
export const paused = signal(false);
/** The end of the range stays here while the page is paused or a pointer is down. */
const held = signal<Info | undefined>(undefined);

/** The range that is shown, microseconds; undefined until the server has answered, and where nothing is recorded. */
export const range = computed(() => {
  const known = held.value ?? info.value;
  return known === undefined ? undefined : rangeOf(selection.value, known);
});

/** Up to here things are known, microseconds: what is open lasts until then. Now, or the end of a recording that has ended. */
export const recordedUntil = computed(() => {
  const known = info.value;
  return known === undefined || known.recording ? known?.now_us : (known.span?.to_us ?? known.now_us);
});

/** Whether the range moves with the clock. */
export const isLive = computed(() => info.value?.recording === true && range.value?.relative === true && !paused.value);

/** Keeps the range where it is, or lets it go on unless the page is paused. */
export function hold(isHeld: boolean): void {
  held.value = isHeld || paused.peek() ? (held.peek() ?? info.peek()) : undefined;
}

export function pause(isPaused: boolean): void {
  paused.value = isPaused;
  hold(isPaused);
}

/** Asks now, and every second while the page is visible. */
export function watchInfo(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async () => {
    clearTimeout(timer);
    try {
      info.value = await getJson<Info>(address('info'));
      infoError.value = undefined;
    } catch (error) {
      infoError.value = failureIn(error);
    }
    if (!document.hidden) timer = setTimeout(() => void ask(), ASK_EVERY_MS);
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void ask();
  });
  void ask();
}
