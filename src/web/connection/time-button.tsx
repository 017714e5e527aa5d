import { select } from '../selection.js';
import { timeOn } from '../sentence-text.js';

/** A time that moves the cursor there. */
export function TimeButton({ us, dayUs }: { us: number; dayUs: number }) {
  return (
    <button
      type="button"
      class="link mono time"
      title="Move the cursor there"
      onClick={() => select({ at: Math.round(us) })}
    >
      {timeOn(us, dayUs)}
    </button>
  );
}
