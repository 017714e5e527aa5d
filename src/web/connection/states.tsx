/** The states of the connection one below the other, the longer the higher, with what happened in each. */
import { signal } from '@preact/signals';
import { counted } from '../../model/counted.js';
import { durationText } from '../../model/time-text.js';
import type { ConnectionAnswer, GapMark, Paint, StayAnswer } from '../../server/contract.js';
import { info, recordedUntil } from '../info.js';
import { gapsText, gapText } from '../lanes/gap-words.js';
import { PAINT_ORDER } from '../paint-order.js';
import { timeOn } from '../sentence-text.js';
import { stayHeight } from './stay-heights.js';
import { TimeButton } from './time-button.js';

type Event = StayAnswer['events'][number];
const FIRST_SHOWN = 6;

export function States({ answer: { lane, stays, events, gaps } }: { answer: ConnectionAnswer }) {
  const dayUs = lane.closed_us ?? recordedUntil.value ?? lane.opened_us;
  return (
    <section class="facts">
      <h3 class="section-title">States</h3>
      <ol class="stays">
        {stays.map((stay, index) => (
          <Stay
            key={`${stay.state} ${stay.from_us}`}
            stay={stay}
            gaps={gapsIn(stay, gaps, index === 0)}
            dayUs={dayUs}
          />
        ))}
        {lane.closed_us !== null && (
          <li class="stay is-end">
            <span class="stay-bar" />
            <div class="stay-text">
              <span class="stay-state">closed</span>
              <span class="stay-reason">{lane.close_reason ?? 'reason unknown'}</span>
              <TimeButton us={lane.closed_us} dayUs={dayUs} />
            </div>
          </li>
        )}
      </ol>
      {events.length > 0 && <Events events={events} fromUs={lane.opened_us} dayUs={dayUs} />}
    </section>
  );
}

/** Those that begin in a state: each is shown once. One that began before the connection is shown with its first state. */
function gapsIn({ from_us, to_us }: StayAnswer, gaps: readonly GapMark[], isFirst: boolean): readonly GapMark[] {
  return gaps.filter((gap) => (isFirst || gap.from_us >= from_us) && gap.from_us < (to_us ?? Number.POSITIVE_INFINITY));
}

interface StayOptions {
  readonly stay: StayAnswer;
  readonly gaps: readonly GapMark[];
  readonly dayUs: number;
}

function Stay({ stay, gaps, dayUs }: StayOptions) {
  const { state, from_us, to_us, not_before_us, source, events } = stay;
  const lengthUs = Math.max(0, (to_us ?? recordedUntil.value ?? from_us) - from_us);
  const isObserved = source === 'probe';
  const earliest = not_before_us === null || not_before_us === 0 ? '' : `, not before ${timeOn(not_before_us, dayUs)}`;
  return (
    <li class={isObserved ? 'stay' : 'stay is-inferred'} style={{ minHeight: `${stayHeight(lengthUs)}px` }}>
      <span class="stay-bar" style={{ '--stay': `var(${paintOf(state)})` }} />
      <div class="stay-text">
        <span class="stay-state">{state}</span>
        <span class="stay-length">
          {durationText(lengthUs)}
          {to_us === null && (info.value?.recording === true ? ' so far' : ' until the end of the recording')}
        </span>
        <TimeButton us={from_us} dayUs={dayUs} />
        {!isObserved && (
          <span class="stay-source">
            inferred{source === 'inferred' ? '' : ` (${source})`}
            {earliest}
          </span>
        )}
        <Gaps gaps={gaps} dayUs={dayUs} />
        {events.length > 0 && <Events events={events} fromUs={from_us} dayUs={dayUs} />}
      </div>
    </li>
  );
}

const GAPS_SHOWN = 3;

/** What may be missing in a state. */
function Gaps({ gaps, dayUs }: { gaps: readonly GapMark[]; dayUs: number }) {
  const rest = gaps.slice(GAPS_SHOWN);
  return (
    <>
      {gaps.slice(0, GAPS_SHOWN).map((gap, index) => (
        <p key={index} class="stay-gap">
          <span class="legend-pattern is-gap" />
          <TimeButton us={gap.from_us} dayUs={dayUs} />
          {gapText(gap)}
        </p>
      ))}
      {rest.length > 0 && (
        <p class="stay-gap" title={gapsText(rest)}>
          <span class="legend-pattern is-gap" />
          {counted(rest.length, 'more gap')}
        </p>
      )}
    </>
  );
}

function paintOf(state: string): string {
  const paint = PAINT_ORDER.find((each: Paint) => each === state);
  return paint === undefined ? '--line-2' : `--paint-${paint.toLowerCase()}`;
}

const allShown = signal<ReadonlySet<number>>(new Set());

function Events({ events, fromUs, dayUs }: { events: readonly Event[]; fromUs: number; dayUs: number }) {
  const shown = allShown.value.has(fromUs) ? events : events.slice(0, FIRST_SHOWN);
  const rest = events.length - shown.length;
  return (
    <ul class="stay-events">
      {shown.map((event, index) => (
        <li key={`${event.at_us} ${index}`}>
          <TimeButton us={event.at_us} dayUs={dayUs} />
          <span class="stay-offset">+{durationText(Math.max(0, event.at_us - fromUs))}</span>
          <span>
            {event.kind} {event.detail ?? ''}
          </span>
        </li>
      ))}
      {rest > 0 && (
        <li>
          <button
            type="button"
            class="link"
            onClick={() => {
              allShown.value = new Set([...allShown.value, fromUs]);
            }}
          >
            {rest.toLocaleString('en')} more
          </button>
        </li>
      )}
    </ul>
  );
}
