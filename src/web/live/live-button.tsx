/** Whether the range follows the clock, and how far the recording is behind it. */
import { durationText } from '../../model/time-text.js';
import { Icon } from '../icon.js';
import { info, isLive, paused } from '../info.js';
import { behindUs, letIn, togglePause, waiting } from './news.js';

/** Less is what any recorder needs to write. */
const LATE_US = 1_500_000;

export function LiveButton() {
  const known = info.value;
  if (known === undefined) return null;
  if (!known.recording) {
    return (
      <span class="live-state" title="No recorder writes into this file">
        Not recording
      </span>
    );
  }
  const late = behindUs.value > LATE_US ? `${durationText(Math.round(behindUs.value / 1e5) * 1e5)} behind` : '';
  const [word, title] = isLive.value
    ? ['Live', 'The range follows the clock. Pause (Space)']
    : paused.value
      ? ['Paused', 'The range stays where it is. Follow the clock again (Space)']
      : ['Go live', 'Follow the clock (Space)'];
  return (
    <span class="live">
      <button
        type="button"
        class={isLive.value ? 'live-button is-live' : 'live-button'}
        aria-pressed={isLive.value}
        title={title}
        onClick={togglePause}
      >
        {isLive.value ? <span class="live-dot" /> : <Icon name={paused.value ? 'pause' : 'play'} />}
        {word}
      </button>
      {late !== '' && <span class="live-late">{late}</span>}
      {waiting.value > 0 && !isLive.value && (
        <button type="button" class="live-new" onClick={letIn} title="Show them: the range follows the clock again">
          {waiting.value.toLocaleString('en')} new
        </button>
      )}
    </span>
  );
}
