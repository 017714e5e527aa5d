/** The pinned connections: rows that stay above the others, whatever the filter, the order and the place that is scrolled to. */
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../icon.js';
import { range } from '../info.js';
import { openConnection, pinned, togglePin } from '../selection.js';
import { cleared, drawOnChange } from './canvas.js';
import { drawLanes } from './draw-lanes.js';
import { watchLaneArea } from './lane-area.js';
import { LaneRow } from './lane-row.js';
import { pages, recordedUntilUs } from './lane-source.js';
import { laneHeight, laneLeft, laneTop, laneWidth, rowHeight } from './lane-view.js';
import { isPinnedLoading, pinnedLanes, pinnedOf } from './pinned-source.js';

export function PinnedRows() {
  return pinned.value.length === 0 ? null : <Pinned />;
}

function Pinned() {
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (element.current === null ? undefined : watchLaneArea(element.current, 'pinned')), []);
  useEffect(() => drawOnChange(() => canvas.current !== null && draw(canvas.current)), []);
  const untilUs = Math.min(pinnedOf.value?.toUs ?? 0, recordedUntilUs.value);
  return (
    <div
      ref={element}
      class="lanes-pinned"
      role="grid"
      aria-label="Pinned connections"
      style={{ height: `${pinnedLanes.value.length * rowHeight.value}px` }}
    >
      {pinnedLanes.value.map(({ id, lane }, index) => (
        <div key={id} role="rowgroup">
          {lane === undefined ? (
            <UnknownRow id={id} top={index * rowHeight.value} />
          ) : (
            <LaneRow
              {...{ index, lane, untilUs, level: 1, isPinned: true, isActive: false }}
              top={index * rowHeight.value}
              isOpen={id === openConnection.value}
            />
          )}
          <Unpin id={id} top={index * rowHeight.value} />
        </div>
      ))}
      <canvas ref={canvas} class="lanes-canvas" aria-hidden="true" style={{ top: 0, left: `${laneLeft.value}px` }} />
    </div>
  );
}

function UnknownRow({ id, top }: { id: number; top: number }) {
  return (
    <div class="lane-row is-pinned" role="row" style={{ transform: `translateY(${top}px)` }}>
      <span class="lane-cell is-process" role="gridcell">
        #{id}
      </span>
      <span class="lane-cell lane-dim" role="gridcell">
        {isPinnedLoading.value ? '' : 'not in this recording, or pruned'}
      </span>
    </div>
  );
}

function Unpin({ id, top }: { id: number; top: number }) {
  return (
    <span role="row" class="lane-unpin" style={{ transform: `translateY(${top}px)` }}>
      <span role="gridcell">
        <button type="button" aria-label={`Unpin connection ${id}`} title="Unpin (p)" onClick={() => togglePin(id)}>
          <Icon name="pin" />
        </button>
      </span>
    </span>
  );
}

function draw(canvas: HTMLCanvasElement): void {
  const shown = range.value;
  const of = pinnedOf.value;
  const width = laneWidth.value;
  const height = pinnedLanes.value.length * rowHeight.value;
  const context = cleared(canvas, width, height);
  if (context === undefined || shown === undefined || of === undefined) return;
  const rows = pinnedLanes.value.flatMap(({ lane }, index) =>
    lane === undefined ? [] : [{ of, lane, top: index * rowHeight.value + laneTop.value, height: laneHeight }],
  );
  drawLanes(context, rows, pages.value?.gaps ?? [], shown, width, height);
}
