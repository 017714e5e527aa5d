/** Opens the selected row, and brings its explanation into view. */
import { openRow } from '../lanes/lane-actions.js';
import { openConnection } from '../selection.js';

export const EXPLANATION_ID = 'explanation';

export function explainRow(): void {
  if (openConnection.value === undefined) openRow();
  document.getElementById(EXPLANATION_ID)?.scrollIntoView({ block: 'start' });
}
