/** A short line at the bottom of the page that says what an action did, and goes away. */
import { signal } from '@preact/signals';

const SHOWN_MS = 4000;

const notice = signal<string | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says it for some seconds, to screen readers too. */
export function notify(text: string): void {
  clearTimeout(timer);
  notice.value = text;
  timer = setTimeout(() => {
    notice.value = undefined;
  }, SHOWN_MS);
}

export function Notice() {
  return (
    <div class="notice-place" role="status">
      {notice.value !== undefined && <div class="notice">{notice.value}</div>}
    </div>
  );
}
