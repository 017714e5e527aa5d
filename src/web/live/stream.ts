/** The one stream of the page: open while the page is visible and the server records, opened again when it breaks. */
import { effect } from '@preact/signals';
import { address, request } from '../api.js';
import { info } from '../info.js';
import { filter } from '../selection.js';
import { EventText, type ServerEvent } from './event-text.js';
import { connection, received } from './news.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Follows the recording until the page is closed. */
export function watchStream(): void {
  let abort: AbortController | undefined;
  const follow = () => {
    abort?.abort();
    abort = undefined;
    if (document.hidden || info.value?.recording !== true) {
      connection.value = 'trying';
      return;
    }
    abort = new AbortController();
    void keepOpen(filter.value, abort.signal);
  };
  let isRecording = false;
  let lastFilter = '';
  effect(() => {
    const now = info.value?.recording === true;
    if (now === isRecording && filter.value === lastFilter) return;
    isRecording = now;
    lastFilter = filter.value;
    follow();
  });
  document.addEventListener('visibilitychange', follow);
}

async function keepOpen(wanted: string, signal: AbortSignal): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      const { body } = await request(address('stream', { filter: wanted }), { signal });
      connection.value = 'open';
      waitMs = FIRST_WAIT_MS;
      if (body !== null) for await (const event of eventsOf(body)) received(event);
    } catch {
      // It is opened again below; meanwhile the page asks once a second.
    }
    if (signal.aborted) return;
    connection.value = 'lost';
    await waited(waitMs, signal);
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
  }
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  const text = new EventText();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* text.take(decoder.decode(value, { stream: true }));
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
