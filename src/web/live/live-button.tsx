/** Whether the range follows the clock, and how far the recording is behind it. */
import { durationText, localTime } from '../../model/time-text.js';
import type { Info } from '../../server/contract.js';
import { Icon } from '../icon.js';
import { info, isLive, newerUs, paused, readAgain } from '../info.js';
import { behindUs, letIn, togglePause, waiting } from './news.js';

/** Less is what any recorder needs to write. */
const LATE_US = 1_500_000;
/** Where the time of day stands in a local time. */
const [CLOCK_START, CLOCK_END] = [11, 19];

export function LiveButton() {
  const known = info.value;
  if (known === undefined) return null;
  if (known.fleet !== undefined) return <SentUntil known={known} />;
  if (!known.recording) {
    const title = known.stalled
      ? 'The recorder is alive, but has written nothing for a while: it waits for the disk, or is stopped'
      : 'No recorder writes into this file';
    return (
      <span class="live-state" title={title}>
        {known.stalled ? 'Recorder stalled' : 'Not recording'}
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

/** Hosts of a fleet send every 10 seconds: there is nothing live, but more to be read. */
function SentUntil({ known }: { known: Info }) {
  const until = localTime(known.span?.to_us ?? known.now_us).slice(CLOCK_START, CLOCK_END);
  if (newerUs.value < LATE_US) {
    return (
      <span class="live-state" title="Hosts send what they recorded every 10 seconds">
        Sent up to {until}
      </span>
    );
  }
  return (
    <button type="button" class="live-button" title={`Hosts have sent more: up to ${until}`} onClick={readAgain}>
      <Icon name="down" /> Read up to {until}
    </button>
  );
}
