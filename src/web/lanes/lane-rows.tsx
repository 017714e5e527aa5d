/** The rows: those near the visible part exist, the others are height. Their lanes are one canvas that scrolls with them. */
import { batch } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Sort } from '../../server/contract.js';
import { range } from '../info.js';
import { group, openConnection, sort } from '../selection.js';
import { cleared, drawOnChange } from './canvas.js';
import { drawLanes } from './draw-lanes.js';
import type { DrawnRow } from './drawn-row.js';
import { watchLaneArea } from './lane-area.js';
import { hoverAt, hovered } from './lane-hover.js';
import { GroupRow, LaneRow, WaitingRow } from './lane-row.js';
import { pages, pagesVersion, recordedUntilUs, rowLayout, rowWindow } from './lane-source.js';
import {
  activeRow,
  laneHeight,
  laneLeft,
  laneTop,
  laneWidth,
  ROWS_ID,
  rowHeight,
  scroller,
  scrollTop,
  sectionWidth,
  viewHeight,
} from './lane-view.js';

export function LaneRows() {
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (element.current === null ? undefined : watchScroller(element.current)), []);
  useEffect(() => (element.current === null ? undefined : watchLaneArea(element.current, 'rows')), []);
  useEffect(() => drawOnChange(() => canvas.current !== null && drawRows(canvas.current)), []);
  const { count } = rowLayout.value;
  const { first, end } = rowWindow.value;
  const active = activeRow.value;
  return (
    <div
      ref={element}
      class="lanes-scroll"
      id={ROWS_ID}
      role="treegrid"
      aria-label="Connections"
      aria-rowcount={count + 1}
      aria-colcount={5}
      aria-activedescendant={active >= first && active < end ? `lane-row-${active}` : undefined}
      tabIndex={0}
    >
      <ColumnNames />
      <div class="lanes-height" style={{ height: `${count * rowHeight.value}px` }} role="presentation">
        <Rows />
        <canvas
          ref={canvas}
          class="lanes-canvas"
          aria-hidden="true"
          style={{ top: `${first * rowHeight.value}px`, left: `${laneLeft.value}px` }}
        />
      </div>
    </div>
  );
}

const COLUMNS: readonly (readonly [string, Sort | undefined])[] = [
  ['Process', 'process'],
  ['Local and peer address', 'peer'],
  ['State', 'worst'],
  ['Lasted', 'duration'],
  ['Life', undefined],
];

/** For those who do not see the names above the rows. */
function ColumnNames() {
  return (
    <div class="lanes-columns" role="row" aria-rowindex={1}>
      {COLUMNS.map(([name, sorts]) => (
        <span key={name} role="columnheader" aria-sort={sort.value === sorts ? 'other' : undefined}>
          {name}
        </span>
      ))}
    </div>
  );
}

function Rows() {
  pagesVersion.value;
  const shown = pages.value;
  const { first, end } = rowWindow.value;
  const untilUs = Math.min(shown?.of.toUs ?? 0, recordedUntilUs.value);
  const rows = [];
  for (let index = first; index < end; index++) {
    const row = rowLayout.value.rowAt(index);
    const place = { index, top: index * rowHeight.value, isActive: index === activeRow.value };
    const lane = shown?.laneOf(row);
    if (row?.kind === 'group') rows.push(<GroupRow key={index} {...place} row={row} />);
    else if (lane === undefined || shown === undefined) rows.push(<WaitingRow key={index} {...place} />);
    else {
      const isOpen = lane.connection_id === openConnection.value;
      const level = group.value === 'none' ? 1 : 2;
      rows.push(<LaneRow key={index} {...place} lane={lane} untilUs={untilUs} isOpen={isOpen} level={level} />);
    }
  }
  return <>{rows}</>;
}

function drawRows(canvas: HTMLCanvasElement): void {
  pagesVersion.value;
  const shown = range.value;
  const drawn = pages.value;
  const { first, end } = rowWindow.value;
  const width = laneWidth.value;
  // Up to the end of the visible part at least, so that gaps go on below the last row.
  const height = Math.max((end - first) * rowHeight.value, end === rowLayout.value.count ? viewHeight.value : 0);
  const context = cleared(canvas, width, height);
  if (context === undefined || shown === undefined || drawn === undefined) return;
  const rows: DrawnRow[] = [];
  for (let index = first; index < end; index++) {
    const row = rowLayout.value.rowAt(index);
    const place = { top: (index - first) * rowHeight.value + laneTop.value, height: laneHeight };
    const lane = drawn.laneOf(row);
    if (lane !== undefined) rows.push({ ...place, of: drawn.drawnOf(lane), lane });
    else if (row?.kind === 'group') rows.push({ ...place, of: drawn.drawnOf(row.group), group: row.group });
  }
  drawLanes(context, rows, drawn.gaps, shown, width, height);
}

/** Another row has come under the pointer. */
function hoverAgain(element: HTMLElement): void {
  const at = hovered.peek();
  if (at === undefined || at.area !== 'rows' || at.row < 0) return;
  const row = Math.floor((at.y - element.getBoundingClientRect().top + element.scrollTop) / rowHeight.peek());
  if (row !== at.row) hoverAt({ ...at, row });
}

function watchScroller(element: HTMLElement): () => void {
  const measure = () =>
    batch(() => {
      sectionWidth.value = element.clientWidth;
      viewHeight.value = element.clientHeight;
    });
  const scrolled = () => {
    scrollTop.value = element.scrollTop;
    hoverAgain(element);
  };
  const observer = new ResizeObserver(measure);
  observer.observe(element);
  measure();
  element.addEventListener('scroll', scrolled, { passive: true });
  scroller.value = element;
  return () => {
    observer.disconnect();
    element.removeEventListener('scroll', scrolled);
    scroller.value = null;
  };
}
