/** What the server knows about the recording, asked again while it grows; the range that is shown follows from it. */
import { computed, effect, signal } from '@preact/signals';
import type { Failure, Info } from '../server/contract.js';
import { failureIn } from './answer.js';
import { address, getJson } from './api.js';
import { shownTimes } from './fleet/page-host.js';
import { rangeOf } from './range.js';
import { recoveries } from './recoveries.js';
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

/** The page is about a fleet: all of its hosts, or one. */
export const fleet = computed(() => info.value?.fleet);
/** Its rows are hosts. */
export const showsHosts = computed(() => fleet.value !== undefined && fleet.value.host === null);

effect(() => {
  const shown = range.value;
  shownTimes.value = shown && { from: Math.floor(shown.fromUs), to: Math.ceil(shown.toUs) };
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
  const stays = isHeld || paused.peek() || info.peek()?.fleet !== undefined;
  held.value = stays ? (held.peek() ?? info.peek()) : undefined;
}

export function pause(isPaused: boolean): void {
  paused.value = isPaused;
  hold(isPaused);
}

/** Over a fleet: how much more hosts have sent than what is shown, microseconds. */
export const newerUs = computed(() => {
  const [now, shown] = [info.value, held.value];
  return now?.fleet === undefined ? 0 : (now.span?.to_us ?? 0) - (shown?.span?.to_us ?? 0);
});

/** Shows what hosts have sent by now. */
export function readAgain(): void {
  held.value = info.peek();
}

/** Asks now, and every second while the page is visible. */
export function watchInfo(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async () => {
    clearTimeout(timer);
    try {
      const now = await getJson<Info>(address('info'));
      // Hosts send every 10 seconds: the range of a fleet stays where it is until it is read again.
      if (now.fleet !== undefined) held.value ??= now;
      if (now.fleet !== undefined && infoError.peek() !== undefined) recoveries.value++;
      info.value = now;
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
