/** Every key of the page, once: the help, the listener and the test are made from this table. */

import { focusFilter } from '../header/filter-box.js';
import { openInPerfetto } from '../header/perfetto.js';
import { openRangePicker } from '../header/range-picker.js';
import { copyLink } from '../header/share-menu.js';
import {
  everything,
  fit,
  mark,
  nextFailure,
  nextTransition,
  openRow,
  panLeft,
  panRight,
  previousFailure,
  previousTransition,
  rowDown,
  rowUp,
  zoomIn,
  zoomOut,
} from '../lanes/lane-actions.js';
import { togglePause } from '../live/news.js';
import { explainRow } from './explain-row.js';
import { showKeys } from './help-shown.js';
import { leave } from './leave.js';

export interface Key {
  /** As in KeyboardEvent.key; several that do the same. Letters: as typed, so `N` is with Shift. */
  readonly keys: readonly [string, ...string[]];
  readonly group: 'Time' | 'Connections' | 'Page';
  /** What it does, as the help says it. */
  readonly help: string;
  readonly run: () => unknown;
  /** On the SQL page too. */
  readonly everywhere?: true;
}

export const KEYS: readonly Key[] = [
  { keys: ['w', '+', '='], group: 'Time', help: 'zoom in', run: zoomIn },
  { keys: ['s', '-'], group: 'Time', help: 'zoom out', run: zoomOut },
  { keys: ['a', 'ArrowLeft'], group: 'Time', help: 'earlier', run: panLeft },
  { keys: ['d', 'ArrowRight'], group: 'Time', help: 'later', run: panRight },
  { keys: ['0'], group: 'Time', help: 'everything that is recorded', run: everything },
  { keys: ['t'], group: 'Time', help: 'go to a time', run: openRangePicker },
  { keys: ['['], group: 'Time', help: 'back to what was shown before', run: () => history.back() },
  { keys: [']'], group: 'Time', help: 'forward again', run: () => history.forward() },
  { keys: [' '], group: 'Time', help: 'pause, or follow the clock', run: togglePause },
  { keys: ['m'], group: 'Time', help: 'second cursor: measure and compare', run: mark },
  { keys: ['ArrowUp', 'k'], group: 'Connections', help: 'row above', run: rowUp },
  { keys: ['ArrowDown', 'j'], group: 'Connections', help: 'row below', run: rowDown },
  { keys: ['Enter'], group: 'Connections', help: 'open the row', run: openRow },
  { keys: ['f'], group: 'Connections', help: 'fit its life into the range', run: fit },
  { keys: ['.'], group: 'Connections', help: 'cursor to its next transition', run: nextTransition },
  { keys: [','], group: 'Connections', help: 'cursor to its previous transition', run: previousTransition },
  { keys: ['n'], group: 'Connections', help: 'next failure', run: nextFailure },
  { keys: ['N'], group: 'Connections', help: 'previous failure', run: previousFailure },
  { keys: ['e'], group: 'Connections', help: 'explain the row', run: explainRow },
  { keys: ['/'], group: 'Page', help: 'filter', run: focusFilter },
  { keys: ['u'], group: 'Page', help: 'copy the link to what is shown', run: copyLink, everywhere: true },
  { keys: ['o'], group: 'Page', help: 'open the range in Perfetto', run: openInPerfetto },
  { keys: ['?'], group: 'Page', help: 'these keys', run: showKeys, everywhere: true },
  { keys: ['Escape'], group: 'Page', help: 'close the panel, then the cursor', run: leave },
];

const SHOWN: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

/** A key as it is printed on a keyboard. */
export function keyName(key: string): string {
  return SHOWN[key] ?? (/^[a-z]$/.test(key) ? key.toUpperCase() : /^[A-Z]$/.test(key) ? `Shift+${key}` : key);
}
