/** The connections of the range: one row each, its values in columns and its life as a lane on the time axis. */
import { useEffect, useRef } from 'preact/hooks';
import { info, range, showsHosts } from '../info.js';
import { Message } from '../message.js';
import { filter, select } from '../selection.js';
import { CursorLines } from './cursor-lines.js';
import { HoverCard } from './hover-card.js';
import { LaneRows } from './lane-rows.js';
import { askAgain, isLoading, lanesError, pages, rowLayout, watchLanes } from './lane-source.js';
import { layout } from './lane-view.js';
import { LanesBar } from './lanes-bar.js';
import { LanesHead } from './lanes-head.js';
import { Legend } from './legend.js';
import { PinnedRows } from './pinned-rows.js';
import { recordedSpan } from './range-choice.js';
import { revealAtFirst } from './reveal.js';

export function Lanes() {
  const section = useRef<HTMLElement>(null);
  useEffect(watchLanes, []);
  useEffect(revealAtFirst, []);
  return (
    <section ref={section} class={`lanes is-${layout.value}`} aria-label="Connections" aria-busy={isLoading.value}>
      <LanesBar />
      <div class="lanes-table">
        <LanesHead />
        <PinnedRows />
        <div class="lanes-body">
          <LaneRows />
          <Nothing />
        </div>
        <CursorLines />
      </div>
      <Legend />
      <HoverCard />
    </section>
  );
}

/** What is shown over the rows where there are none. */
function Nothing() {
  const error = lanesError.value;
  if (error !== undefined) {
    return (
      <div class="lanes-nothing" role="alert">
        <Message failure={error}>
          {error.place === undefined ? (
            <button type="button" class="lanes-again" onClick={askAgain}>
              Try again
            </button>
          ) : (
            <RemoveFilter />
          )}
        </Message>
      </div>
    );
  }
  if (pages.value === undefined) return <p class="lanes-nothing is-loading">{readingText()}</p>;
  if (rowLayout.value.count > 0) return null;
  const message =
    filter.value === '' ? 'No connection in this range' : 'No connection in this range matches the filter';
  return (
    <div class="lanes-nothing">
      <Message failure={{ code: 'empty', message, ...hintOf() }}>{filter.value !== '' && <RemoveFilter />}</Message>
    </div>
  );
}

function readingText(): string {
  if (showsHosts.value) return 'Asking the fleet about this range';
  const host = info.value?.fleet?.host ?? null;
  return host === null ? 'Reading the connections of this range' : `Reading what ${host} sent of this range`;
}

/** The way out, where the range shows less than what is recorded. */
function hintOf(): { readonly hint?: string } {
  const known = info.value;
  const recorded = known === undefined ? undefined : recordedSpan(known);
  const shown = range.value;
  if (known?.connections === 0)
    return { hint: known.recording ? 'The first transitions appear here' : '`sstory record` records this host' };
  if (recorded === undefined || shown === undefined) return {};
  const isPart = shown.fromUs > recorded.fromUs + 1e6 || shown.toUs < recorded.toUs - 1e6;
  return isPart ? { hint: 'Choose a longer range in the overview above, or everything (key 0)' } : {};
}

function RemoveFilter() {
  return (
    <button type="button" class="lanes-again" onClick={() => select({ filter: '' })}>
      Remove the filter
    </button>
  );
}
