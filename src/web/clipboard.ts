/** Copies a text, and says so. */
import { notify } from './notice.js';

/** `what`: how the notice names it, e.g. `Link`. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify(`${what} copied`);
  } catch {
    // Without https, and not on loopback, browsers have no clipboard.
    notify(copyByHand(text) ? `${what} copied` : `${what} not copied: the browser refused`);
  }
}

function copyByHand(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'off-screen';
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  // Deprecated, and the only way where there is no navigator.clipboard.
  const done = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
