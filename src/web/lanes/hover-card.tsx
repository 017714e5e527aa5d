/** Beside the pointer: the state at that time, since when, how long, and how it is known. */
import { durationText, localTime } from '../../model/time-text.js';
import type { GapMark, Lane, LaneGroup, StayAnswer } from '../../server/contract.js';
import { range, showsHosts } from '../info.js';
import { FIRST_CALM } from '../paint-order.js';
import { Card, Fact } from './card.js';
import { detailsVersion, knownDetails, stayAt } from './connection-details.js';
import { gapAt } from './draw-lanes.js';
import { gapLength, gapLost, gapReason } from './gap-words.js';
import { hovered } from './lane-hover.js';
import { pages, rowLayout } from './lane-source.js';
import { laneWidth } from './lane-view.js';
import { markerText } from './lane-words.js';
import { clockText } from './moment-text.js';
import { pinnedLanes, pinnedOf } from './pinned-source.js';
import { certaintyOf, paintOf, runAt, spanOf } from './runs.js';
import { lengthOf, type Span, timeAt } from './time-scale.js';

/** A pointer is less exact than a pixel. */
const SLACK = 2;

export function HoverCard() {
  const at = hovered.value;
  const shown = range.value;
  const drawn = pages.value;
  if (at === undefined || shown === undefined || drawn === undefined) return null;
  const width = laneWidth.value;
  const row = at.area === 'pinned' ? undefined : rowLayout.value.rowAt(at.row);
  const lane = at.area === 'pinned' ? pinnedLanes.value[at.row]?.lane : drawn.laneOf(row);
  const gap = gapAt(
    row?.kind === 'group' ? [...(row.group.gaps ?? []), ...drawn.gaps] : drawn.gaps,
    at.pixel,
    shown,
    width,
  );
  const us = timeAt(at.pixel, shown, width);
  // The pixel of the answer, where another range is shown.
  const hoveredRow = row?.kind === 'group' ? row.group : lane;
  const pixelsOf = at.area === 'pinned' ? pinnedOf.value : hoveredRow && drawn.drawnOf(hoveredRow);
  const of = pixelsOf ?? drawn.of;
  const pixel = ((us - of.fromUs) / lengthOf(of)) * of.width;
  // Called, not rendered: without a content there is no card.
  const content =
    row?.kind === 'group'
      ? GroupFacts({ group: row.group, pixel })
      : lane === undefined
        ? null
        : LaneFacts({ lane, pixel, us, of, width: of.width });
  if (gap === undefined && content === null) return null;
  return (
    <Card x={at.x} y={at.y}>
      {content}
      {gap !== undefined && <GapFacts gap={gap} />}
    </Card>
  );
}

interface LaneFactsOptions {
  readonly lane: Lane;
  readonly pixel: number;
  readonly us: number;
  readonly of: Span;
  readonly width: number;
}

function LaneFacts({ lane, pixel, us, of, width }: LaneFactsOptions) {
  detailsVersion.value;
  const pixelUs = lengthOf(of) / width;
  const stays = knownDetails(lane.connection_id)?.stays;
  const stay = stays === undefined ? undefined : stayAt(stays, us, pixelUs * SLACK);
  const run = runAt(lane.runs, Math.floor(pixel), SLACK);
  const markers = lane.markers.filter(([at]) => Math.abs(at + 0.5 - pixel) <= SLACK + 2);
  if (run === undefined && stay === undefined && markers.length === 0) return null;
  return (
    <>
      {stay !== undefined ? (
        <StayFacts stay={stay} />
      ) : (
        run !== undefined && (
          <>
            <p class="card-title">{paintOf(run)}</p>
            <Fact name="since about">{clockText(spanOf(run, of, width).fromUs, pixelUs)}</Fact>
            <Fact name="for about">{durationText(lengthOf(spanOf(run, of, width)))}</Fact>
            <Fact name="known">{certaintyOf(run)}</Fact>
          </>
        )
      )}
      {markers.map(([at, kind, count]) => (
        <Fact key={`${at} ${kind}`} name="event">
          {markerText(kind, count)}
        </Fact>
      ))}
      {run !== undefined && run[2] < 4 && <Fact name="ended">{lane.close_reason ?? paintOf(run)}</Fact>}
    </>
  );
}

function StayFacts({ stay }: { stay: StayAnswer }) {
  const { state, from_us, to_us, not_before_us, source } = stay;
  const known =
    source === 'probe' && not_before_us === null
      ? 'observed'
      : `inferred from ${source === 'timer' ? 'the timer of TIME-WAIT' : `a ${source}`}`;
  return (
    <>
      <p class="card-title">{state}</p>
      <Fact name="since">{localTime(from_us)}</Fact>
      {not_before_us !== null && not_before_us > 0 && <Fact name="or from">{localTime(not_before_us)}</Fact>}
      <Fact name={to_us === null ? 'goes on' : 'for'}>
        {to_us === null ? 'still in it' : durationText(to_us - from_us)}
      </Fact>
      <Fact name="known">{known}</Fact>
    </>
  );
}

function GroupFacts({ group, pixel }: { group: LaneGroup; pixel: number }) {
  const run = runAt(group.runs, Math.floor(pixel), SLACK);
  if (run === undefined) return null;
  return (
    <>
      <p class="card-title">{group.label}</p>
      <Fact name="here">{run[3].toLocaleString('en')} open</Fact>
      <Fact name="worst">{showsHosts.value && run[2] >= FIRST_CALM ? 'no trouble' : paintOf(run)}</Fact>
    </>
  );
}

function GapFacts({ gap }: { gap: GapMark }) {
  return (
    <>
      <p class="card-title is-gap">Gap of {gapLength(gap)}</p>
      <p class="card-text">{gapReason(gap)}</p>
      <Fact name="may lack">{gap.scope}</Fact>
      <Fact name="lost">{gapLost(gap)}</Fact>
    </>
  );
}
