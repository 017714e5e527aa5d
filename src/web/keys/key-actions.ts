/** What the keys of the table do. */
import { showHosts } from '../fleet/host-address.js';
import { focusFilter } from '../header/filter-box.js';
import { openInPerfetto } from '../header/perfetto.js';
import { openRangePicker } from '../header/range-picker.js';
import { copyLink } from '../header/share-menu.js';
import {
  everything,
  firstRow,
  fit,
  lastRow,
  mark,
  nextFailure,
  nextTransition,
  openRow,
  pageDown,
  pageUp,
  panLeft,
  panRight,
  pin,
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
import type { Action } from './key-table.js';
import { leave } from './leave.js';

export const ACTIONS: Readonly<Record<Action, () => unknown>> = {
  zoomIn,
  zoomOut,
  panLeft,
  panRight,
  everything,
  openRangePicker,
  back: () => history.back(),
  forward: () => history.forward(),
  togglePause,
  mark,
  rowUp,
  rowDown,
  pageUp,
  pageDown,
  firstRow,
  lastRow,
  openRow,
  pin,
  fit,
  nextTransition,
  previousTransition,
  nextFailure,
  previousFailure,
  explainRow,
  focusFilter,
  copyLink,
  openInPerfetto,
  showKeys,
  showHosts,
  leave,
};
