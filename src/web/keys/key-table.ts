/** Every key of the page, once: the help, the listener and the tests are made from this table. */

export interface Key {
  /** As in KeyboardEvent.key; several that do the same. Letters: as typed, so `N` is with Shift. */
  readonly keys: readonly [string, ...string[]];
  readonly group: 'Time' | 'Connections' | 'Page';
  /** What it does, as the help says it. */
  readonly help: string;
  readonly action: Action;
  /** `everywhere`: on the SQL page too; `rows`: only while the rows have the focus. Else on the timeline. */
  readonly where?: 'everywhere' | 'rows';
}

export type Action =
  | 'zoomIn'
  | 'zoomOut'
  | 'panLeft'
  | 'panRight'
  | 'everything'
  | 'openRangePicker'
  | 'back'
  | 'forward'
  | 'togglePause'
  | 'mark'
  | 'rowUp'
  | 'rowDown'
  | 'pageUp'
  | 'pageDown'
  | 'firstRow'
  | 'lastRow'
  | 'openRow'
  | 'pin'
  | 'fit'
  | 'nextTransition'
  | 'previousTransition'
  | 'nextFailure'
  | 'previousFailure'
  | 'explainRow'
  | 'focusFilter'
  | 'copyLink'
  | 'openInPerfetto'
  | 'showKeys'
  | 'showHosts'
  | 'leave';

export const KEYS: readonly Key[] = [
  { keys: ['w', '+', '='], group: 'Time', help: 'zoom in', action: 'zoomIn' },
  { keys: ['s', '-'], group: 'Time', help: 'zoom out', action: 'zoomOut' },
  { keys: ['a', 'ArrowLeft'], group: 'Time', help: 'earlier', action: 'panLeft' },
  { keys: ['d', 'ArrowRight'], group: 'Time', help: 'later', action: 'panRight' },
  { keys: ['0'], group: 'Time', help: 'everything that is recorded', action: 'everything' },
  { keys: ['t'], group: 'Time', help: 'go to a time', action: 'openRangePicker' },
  { keys: ['['], group: 'Time', help: 'back to what was shown before', action: 'back' },
  { keys: [']'], group: 'Time', help: 'forward again', action: 'forward' },
  { keys: [' '], group: 'Time', help: 'pause, or follow the clock', action: 'togglePause' },
  { keys: ['m'], group: 'Time', help: 'second cursor: measure and compare', action: 'mark' },
  { keys: ['ArrowUp', 'k'], group: 'Connections', help: 'row above', action: 'rowUp' },
  { keys: ['ArrowDown', 'j'], group: 'Connections', help: 'row below', action: 'rowDown' },
  { keys: ['PageUp'], group: 'Connections', help: 'rows above', action: 'pageUp', where: 'rows' },
  { keys: ['PageDown'], group: 'Connections', help: 'rows below', action: 'pageDown', where: 'rows' },
  { keys: ['Home'], group: 'Connections', help: 'first row', action: 'firstRow', where: 'rows' },
  { keys: ['End'], group: 'Connections', help: 'last row', action: 'lastRow', where: 'rows' },
  { keys: ['Enter'], group: 'Connections', help: 'open the row', action: 'openRow' },
  { keys: ['p'], group: 'Connections', help: 'pin above the others, or unpin', action: 'pin' },
  { keys: ['f'], group: 'Connections', help: 'fit its life into the range', action: 'fit' },
  { keys: ['.'], group: 'Connections', help: 'cursor to its next transition', action: 'nextTransition' },
  { keys: [','], group: 'Connections', help: 'cursor to its previous transition', action: 'previousTransition' },
  { keys: ['n'], group: 'Connections', help: 'next failure', action: 'nextFailure' },
  { keys: ['N'], group: 'Connections', help: 'previous failure', action: 'previousFailure' },
  { keys: ['e'], group: 'Connections', help: 'explain the row', action: 'explainRow' },
  { keys: ['/'], group: 'Page', help: 'filter', action: 'focusFilter' },
  { keys: ['u'], group: 'Page', help: 'copy the link to what is shown', action: 'copyLink', where: 'everywhere' },
  { keys: ['o'], group: 'Page', help: 'open the range in Perfetto', action: 'openInPerfetto' },
  { keys: ['h'], group: 'Page', help: 'all hosts of the fleet', action: 'showHosts', where: 'everywhere' },
  { keys: ['?'], group: 'Page', help: 'these keys', action: 'showKeys', where: 'everywhere' },
  { keys: ['Escape'], group: 'Page', help: 'close the panel, then the cursor', action: 'leave' },
];

const SHOWN: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
};

/** A key as it is printed on a keyboard. */
export function keyName(key: string): string {
  return SHOWN[key] ?? (/^[a-z]$/.test(key) ? key.toUpperCase() : /^[A-Z]$/.test(key) ? `Shift+${key}` : key);
}
