/** What the stream has brought: how many transitions since they were let in, the last of them, what was missed. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { Missed, Tick } from '../../server/contract-stream.js';
import { info, isLive, pause, paused } from '../info.js';
import { select } from '../selection.js';
import type { ServerEvent } from './event-text.js';

/** A line of `sstory log -f --json`, as far as it is shown. */
export interface LoggedTransition {
  readonly at_us: number;
  readonly connection_id: number;
  readonly local_addr: string;
  readonly local_port: number;
  readonly remote_addr: string;
  readonly remote_port: number;
  readonly old_state: string;
  readonly new_state: string;
  readonly comm: string | null;
  readonly pid: number | null;
  readonly close_reason: string | null;
}

/** `trying`: not yet; `lost`: it broke, or could not be made. */
export const connection = signal<'trying' | 'open' | 'lost'>('trying');
/** Transitions that are not in the picture yet. */
export const waiting = signal(0);
export const lastTransition = signal<LoggedTransition | undefined>(undefined);
/** Events that this page missed; `isExact` is false where their number is not known. */
export const missed = signal<{ readonly events: number; readonly isExact: boolean } | undefined>(undefined);
const tick = signal<Tick | undefined>(undefined);

/** How far the recording is behind the clock, microseconds. */
export const behindUs = computed(() => tick.value?.behind_us ?? info.value?.behind_us ?? 0);

export function received({ type, data }: ServerEvent): void {
  switch (type) {
    case 'transition':
      batch(() => {
        lastTransition.value = JSON.parse(data) as LoggedTransition;
        if (!isLive.value) waiting.value++;
      });
      break;
    case 'tick':
      tick.value = JSON.parse(data) as Tick;
      break;
    case 'missed': {
      const { events } = JSON.parse(data) as Missed;
      const known = missed.value ?? { events: 0, isExact: true };
      missed.value = { events: known.events + (events ?? 0), isExact: known.isExact && events !== null };
      break;
    }
    default:
  }
}

/** Shows what has come: the range follows the clock again. */
export function letIn(): void {
  batch(() => {
    waiting.value = 0;
    if (paused.value) pause(false);
    if (!isLive.value) goLive();
  });
}

/** The range moves with the clock, as long as it was at first. */
export function goLive(): void {
  pause(false);
  select({ from: undefined, to: undefined });
}

/** Stops and starts the range, as Space does. */
export function togglePause(): void {
  if (info.value?.recording !== true) return;
  if (isLive.value) pause(true);
  else letIn();
}

/** What waits is in the picture when the range moves again. */
effect(() => {
  if (isLive.value) waiting.value = 0;
});
