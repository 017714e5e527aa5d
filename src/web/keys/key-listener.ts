/** Runs the keys of the table, wherever the focus is, except where one types. */
import { ROWS_ID } from '../lanes/lane-view.js';
import { view } from '../selection.js';
import { ACTIONS } from './key-actions.js';
import { KEYS, type Key } from './key-table.js';

/** Listens until the page is closed. */
export function watchKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isTyping()) return;
    const key = KEYS.find(({ keys }) => keys.includes(event.key));
    if (key === undefined || !isAt(key)) return;
    if (belongsToFocus(event)) return;
    event.preventDefault();
    ACTIONS[key.action]();
  });
}

function isAt({ where }: Key): boolean {
  if (where === 'rows') return document.activeElement?.id === ROWS_ID;
  return where === 'everywhere' || view.value === 'timeline';
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
