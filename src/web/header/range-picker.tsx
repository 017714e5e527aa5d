/** Which times are shown: steps back and forward, choices relative to now, and two typed times. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { messageOf, SstoryError } from '../../model/error.js';
import type { Info } from '../../server/contract.js';
import { Icon } from '../icon.js';
import { info, pause, range, recordedUntil } from '../info.js';
import type { Range } from '../range.js';
import { lastStep, select, selection, step } from '../selection.js';
import { closesOnLeave } from './popover.js';
import { lengthText, RANGE_CHOICES, rangeText, typedMoment, typedText, zoneText } from './range-text.js';

const isOpen = signal(false);

/** Opens the picker, with the caret in its first field. */
export function openRangePicker(): void {
  isOpen.value = true;
}

export function RangePicker() {
  const known = info.value;
  const shown = range.value;
  return known === undefined || shown === undefined ? null : <RangeField known={known} shown={shown} />;
}

function RangeField({ known, shown }: { known: Info; shown: Range }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => closesOnLeave(place, isOpen), []);
  return (
    <div class="range" ref={place}>
      <div class="joined">
        <button
          type="button"
          class="icon-button"
          title="Back ([)"
          aria-label="Back to what was shown before"
          disabled={step.value === 0}
          onClick={() => history.back()}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="range-button"
          aria-expanded={isOpen.value}
          aria-haspopup="dialog"
          title={`${rangeText({ from: 0, to: 0 }, shown, known.now_us)} ${zoneText(shown.toUs)}: choose a range (t)`}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          <span class="range-text">{rangeText(selection.value, shown, known.now_us)}</span>
          <span class="range-length">{lengthText(shown)}</span>
          <span class="range-zone">{zoneText(shown.toUs)}</span>
          <Icon name="down" />
        </button>
        <button
          type="button"
          class="icon-button"
          title="Forward (])"
          aria-label="Forward again"
          disabled={step.value >= lastStep.value}
          onClick={() => history.forward()}
        >
          <Icon name="forward" />
        </button>
      </div>
      {isOpen.value && <RangeDialog known={known} shown={shown} />}
    </div>
  );
}

/** What is typed in the dialog; undefined: what the range has. */
const typedFrom = signal<string | undefined>(undefined);
const typedTo = signal<string | undefined>(undefined);
const problem = signal<string | undefined>(undefined);

function RangeDialog({ known, shown }: { known: Info; shown: Range }) {
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    first.current?.select();
    return () => {
      typedFrom.value = undefined;
      typedTo.value = undefined;
      problem.value = undefined;
    };
  }, []);
  const { from, to } = selection.value;
  const apply = (event: Event) => {
    event.preventDefault();
    // Of a recording that has ended, 14:05 is of its last day.
    const context = {
      nowUs: recordedUntil.value ?? known.now_us,
      startUs: known.span?.from_us ?? 0,
      endUs: known.span?.to_us ?? 0,
    };
    try {
      const next = {
        from: typedFrom.value === undefined ? from : typedMoment(typedFrom.value, context),
        to: typedTo.value === undefined ? to : typedMoment(typedTo.value, context),
      };
      if (typeof next.from === 'number' && typeof next.to === 'number' && next.from >= next.to) {
        problem.value = 'the range ends before it begins';
        return;
      }
      choose(next);
    } catch (error) {
      const hint = error instanceof SstoryError && error.hint !== undefined ? `: try ${error.hint}` : '';
      problem.value = `${messageOf(error)}${hint}`;
    }
  };
  const toText = to === undefined && known.recording ? 'now' : typedText(to, shown.toUs);
  return (
    <div class="popover range-dialog" role="dialog" aria-label="Range of times">
      <ul class="range-choices">
        {RANGE_CHOICES.map((choice) => (
          <li key={choice.from}>
            <button
              type="button"
              class="quiet"
              aria-pressed={from === choice.from && to === undefined}
              onClick={() => choose({ from: choice.from, to: undefined })}
            >
              {choice.label}
            </button>
          </li>
        ))}
        <li>
          <button type="button" class="quiet" onClick={() => choose(everything(known))}>
            Everything
          </button>
        </li>
      </ul>
      <form class="range-form" onSubmit={apply}>
        <label>
          From
          <input
            ref={first}
            class="mono"
            value={typedFrom.value ?? typedText(from, shown.fromUs)}
            onInput={(event) => {
              typedFrom.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          To
          <input
            class="mono"
            value={typedTo.value ?? toText}
            onInput={(event) => {
              typedTo.value = event.currentTarget.value;
            }}
          />
        </label>
        <p class={problem.value === undefined ? 'range-hint' : 'range-hint is-problem'} role="status">
          {problem.value ??
            `14:05, yesterday 23:10, -10m, now. Times are in this browser's zone, ${zoneText(shown.toUs)}.`}
        </p>
        <button type="submit" class="primary">
          Show
        </button>
      </form>
    </div>
  );
}

/** The whole recording; of one that goes on, up to now. */
export function everything({ span, recording }: Info) {
  if (!recording || span === null) return { from: undefined, to: undefined };
  return { from: Math.floor(span.from_us), to: 'now' as const };
}

function choose(part: Parameters<typeof select>[0]): void {
  isOpen.value = false;
  pause(false);
  select(part);
}
