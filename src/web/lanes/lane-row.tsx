/** One row: a connection, a group of them, or one that is still loading. */
import { counted } from '../../model/counted.js';
import { durationText } from '../../model/time-text.js';
import type { Lane } from '../../server/contract.js';
import { hostAddress } from '../fleet/host-address.js';
import { showsHosts } from '../info.js';
import { paintName } from '../palette.js';
import { narrow, select } from '../selection.js';
import { activeRow, layout } from './lane-view.js';
import {
  cellFilters,
  isListener,
  laneLabel,
  lastedText,
  localPortText,
  localText,
  remoteText,
  staleText,
  stateWords,
} from './lane-words.js';
import { openGroup } from './open-group.js';
import type { Row } from './row-layout.js';

interface Place {
  readonly index: number;
  readonly top: number;
  /** It has the keyboard's focus. */
  readonly isActive: boolean;
}

interface LaneRowOptions extends Place {
  readonly lane: Lane;
  readonly untilUs: number;
  readonly isOpen: boolean;
  readonly level: number;
  readonly isPinned?: boolean;
}

export function LaneRow({ lane, untilUs, isOpen, level, isPinned = false, ...place }: LaneRowOptions) {
  const filters = cellFilters(lane);
  const state = stateWords(lane);
  const open = () => {
    if (!isPinned) activeRow.value = place.index;
    select({ socket: lane.connection_id });
  };
  const frame = isPinned ? { class: 'lane-row is-pinned', isPinned } : { class: `lane-row is-level-${level}`, level };
  return (
    <RowFrame {...place} {...frame} isSelected={isOpen} open={open}>
      <span class="lane-cell is-process" role="gridcell" title={processTitle(lane)}>
        <Value filter={filters.process}>
          {lane.comm ?? (lane.pid === null ? '–' : '?')}
          {lane.pid !== null && <span class="lane-dim"> {lane.pid}</span>}
        </Value>
      </span>
      <Ends lane={lane} filters={filters} />
      <span class="lane-cell is-state" role="gridcell" title={state.text}>
        <Swatch paint={paintName(state.paint)} />
        <Value filter={filters.state}>{state.text}</Value>
      </span>
      <span
        class="lane-cell is-lasted"
        role="gridcell"
        title={`${durationText((lane.closed_us ?? untilUs) - lane.opened_us)}`}
      >
        {lastedText(lane, untilUs)}
      </span>
      <span class="lane-cell is-lane" role="gridcell" aria-label={laneLabel(lane)} />
    </RowFrame>
  );
}

function Ends({ lane, filters }: { lane: Lane; filters: ReturnType<typeof cellFilters> }) {
  if (isListener(lane)) {
    return (
      <span class="lane-cell is-ends" role="gridcell" title={`listens at ${localText(lane)}`}>
        <Value filter={filters.peer}>listens at {localText(lane)}</Value>
      </span>
    );
  }
  const isIncoming = lane.origin === 'accept';
  const name = lane.remote_name === null ? '' : ` (${lane.remote_name})`;
  const stale = staleText(lane);
  const title = `${localText(lane)} ${isIncoming ? '←' : '→'} ${remoteText(lane)}${name}`;
  return (
    <span class="lane-cell is-ends" role="gridcell" title={stale === undefined ? title : `${title}\n${stale}`}>
      <Value filter={filters.local} class="is-local">
        {layout.value === 'full' ? <End text={localText(lane)} /> : localPortText(lane)}
      </Value>
      <span class="lanes-arrow" aria-hidden="true">
        {isIncoming ? '←' : '→'}
      </span>
      <Value filter={filters.peer} class="is-peer">
        <Peer lane={lane} />
      </Value>
    </span>
  );
}

/** The name of the peer, and its address; behind the address and struck out, a name that had moved to another one. */
function Peer({ lane }: { lane: Lane }) {
  const { remote_name, remote_addr, remote_port, stale_name } = lane;
  if (stale_name !== null) {
    return (
      <>
        {remoteText(lane)} <s class="lane-stale">{stale_name.name}</s>
      </>
    );
  }
  if (remote_name === null) return <End text={remoteText(lane)} />;
  return (
    <>
      <End text={`${remote_name}:${remote_port}`} />
      <span class="lane-dim"> {remote_addr}</span>
    </>
  );
}

/** What is shorter has room: `255.255.255.255`. */
const LONG_END = 16;

/** An address with its port; where there is no room, the address is cut off, and not the port. */
function End({ text }: { text: string }) {
  const place = text.lastIndexOf(':');
  if (place < LONG_END) return <>{text}</>;
  return (
    <span class="lane-end">
      <span class="lane-end-address">{text.slice(0, place)}</span>
      {text.slice(place)}
    </span>
  );
}

function processTitle({ comm, pid, unit, container, netns_name }: Lane): string {
  const parts = [
    `${comm ?? 'process unknown'}${pid === null ? '' : `, pid ${pid}`}`,
    unit === null ? '' : `unit ${unit}`,
    container === null ? '' : `container ${container}`,
    netns_name === null ? '' : `network namespace ${netns_name}`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

export function GroupRow({ row, ...place }: Place & { row: Extract<Row, { kind: 'group' }> }) {
  const { group, isExpanded } = row;
  const toggle = () => {
    activeRow.value = place.index;
    openGroup(group.key);
  };
  const trouble = group.troubled === 0 ? 'no trouble' : `${counted(group.troubled, 'connection')} with trouble`;
  return (
    <RowFrame
      {...place}
      class="lane-row is-group"
      level={1}
      isExpanded={showsHosts.value ? undefined : isExpanded}
      open={toggle}
    >
      <span class="lane-cell is-group-label" role="gridcell" aria-colspan={2} title={group.label}>
        <span class="lane-twist" aria-hidden="true">
          {isExpanded ? '▾' : '▸'}
        </span>
        {showsHosts.value ? (
          <a
            class="lane-value is-host"
            href={hostAddress(group.key)}
            tabIndex={-1}
            onClick={(event) => event.stopPropagation()}
          >
            {group.label}
          </a>
        ) : (
          <Value filter={group.filter ?? undefined}>{group.label}</Value>
        )}
      </span>
      <span class="lane-cell is-group-troubled" role="gridcell" title={trouble}>
        {group.troubled > 0 && (
          <>
            <span class="lane-alert" aria-hidden="true">
              !
            </span>
            {group.troubled.toLocaleString('en')}
          </>
        )}
      </span>
      <span class="lane-cell is-group-count" role="gridcell" title={counted(group.connections, 'connection')}>
        {group.connections.toLocaleString('en')}
        <span class="lane-dim"> {group.connections === 1 ? 'connection' : 'connections'}</span>
      </span>
      <span
        class="lane-cell is-lane"
        role="gridcell"
        aria-label={`${counted(group.connections, 'connection')}, ${trouble}`}
      />
    </RowFrame>
  );
}

export function WaitingRow(place: Place) {
  return (
    <RowFrame {...place} class="lane-row is-waiting">
      <span class="lane-cell is-process" role="gridcell" aria-label="loading">
        <span class="lane-waiting" />
      </span>
    </RowFrame>
  );
}

interface RowFrameOptions extends Place {
  readonly class: string;
  readonly isSelected?: boolean;
  readonly isExpanded?: boolean | undefined;
  readonly level?: number;
  readonly isPinned?: boolean;
  readonly open?: () => void;
  readonly children: preact.ComponentChildren;
}

function RowFrame({
  index,
  top,
  isActive,
  isSelected,
  isExpanded,
  level,
  isPinned,
  open,
  children,
  ...rest
}: RowFrameOptions) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around the rows has the keys
    <div
      id={isPinned === true ? `pinned-row-${index}` : `lane-row-${index}`}
      role="row"
      class={`${rest.class}${isActive ? ' is-active' : ''}${isSelected === true ? ' is-selected' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      aria-rowindex={isPinned === true ? index + 1 : index + 2}
      aria-level={level}
      aria-expanded={isExpanded}
      aria-selected={isSelected}
      data-row={index}
      onClick={open}
    >
      {children}
    </div>
  );
}

function Swatch({ paint }: { paint: `--${string}` }) {
  return <span class="lane-swatch" style={{ background: `var(${paint})` }} aria-hidden="true" />;
}

/** A value that a click adds to the filter; with Alt, what has it is left out. */
function Value(options: { filter: string | undefined; class?: string; children: preact.ComponentChildren }) {
  const { filter, children } = options;
  const name = `lane-value ${options.class ?? ''}`;
  if (filter === undefined) return <span class={name}>{children}</span>;
  return (
    <button
      type="button"
      class={`${name} is-filter`}
      tabIndex={-1}
      onClick={(event) => {
        event.stopPropagation();
        narrow(filter, event.altKey ? 'and not' : 'and');
      }}
    >
      {children}
    </button>
  );
}
