import { setTimeout as delay } from 'node:timers/promises';

/** SSTORY_TEST_DEADLINES: how many times longer, where tests run with a low priority beside others (scripts/suite.ts). */
const LONGER = Number(process.env['SSTORY_TEST_DEADLINES'] ?? 1);
export const deadlineMs = (ms: number) => ms * LONGER;
const DEADLINE_MS = deadlineMs(20_000);
const POLL_MS = 10;

/**
 * Waits until `condition` answers with something other than undefined or false, and gives that.
 * Fails after `withinMs`, naming what it waited for; `seen` describes what was there instead.
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  seen: () => Promise<string> | string = () => '',
  withinMs = DEADLINE_MS,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${withinMs / 1000} s for ${what}. ${await seen()}`.trim());
    await delay(POLL_MS);
  }
}
