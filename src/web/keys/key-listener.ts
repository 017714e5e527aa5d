/** Runs the keys of the table, wherever the focus is, except where one types. */
import { view } from '../selection.js';
import { ACTIONS } from './key-actions.js';
import { KEYS } from './key-table.js';

/** Listens until the page is closed. */
export function watchKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isTyping()) return;
    const key = KEYS.find(({ keys }) => keys.includes(event.key));
    if (key === undefined || (view.value !== 'timeline' && key.everywhere !== true)) return;
    if (belongsToFocus(event)) return;
    event.preventDefault();
    ACTIONS[key.action]();
  });
}

/** In a field, every key is text; in a dialog, the keys are its own. */
function isTyping(): boolean {
  if (document.querySelector('dialog[open]') !== null) return true;
  const focused = document.activeElement;
  if (focused === null) return false;
  return focused.matches('input, textarea, select, [contenteditable], .editor-host');
}

/** Enter and Space press the button that has the focus. */
function belongsToFocus({ key }: KeyboardEvent): boolean {
  return (
    (key === 'Enter' || key === ' ') && document.activeElement?.matches('button, a, summary, [role="button"]') === true
  );
}
