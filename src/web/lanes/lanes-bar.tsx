/** Above the lanes: how many there are, and how they are grouped and sorted. */
import { counted } from '../../model/counted.js';
import type { Grouping, Sort } from '../../server/contract.js';
import { showsHosts } from '../info.js';
import { group, select, sort } from '../selection.js';
import type { LanePages } from './lane-pages.js';
import { isLoading, leftOut, letIn, pages } from './lane-source.js';

const GROUPS: readonly (readonly [Grouping, string])[] = [
  ['none', 'Not grouped'],
  ['process', 'By process'],
  ['peer', 'By peer'],
  ['port', 'By port'],
  ['name', 'By name'],
  ['netns', 'By namespace'],
  ['container', 'By container'],
];
const SORTS: readonly (readonly [Sort, string])[] = [
  ['worst', 'Worst first'],
  ['opened', 'Opened first'],
  ['duration', 'Longest first'],
  ['process', 'By process'],
  ['peer', 'By peer'],
  ['local', 'By local end'],
];

/** Of hosts: by name is any other order. */
const HOST_SORTS: readonly (readonly [Sort, string])[] = [
  ['worst', 'Worst first'],
  ['process', 'By name'],
];

export function LanesBar() {
  const shown = pages.value;
  return (
    <div class="lanes-bar">
      <h2 class="lanes-title">
        {shown === undefined ? 'Connections' : counted(shown.total, 'connection')}
        {shown?.groups !== undefined && (
          <span class="lanes-groups">
            {showsHosts.value ? ` on ${counted(shown.groupsTotal, 'host')}` : ` in ${groupsText(shown)}`}
          </span>
        )}
      </h2>
      <span class={isLoading.value ? 'lanes-loading is-on' : 'lanes-loading'} aria-hidden="true" />
      {leftOut.value > 0 && (
        <button type="button" class="lanes-new" onClick={letIn} title="Rows stand still below the pointer. Sort them">
          {leftOut.value.toLocaleString('en')} new
        </button>
      )}
      {shown !== undefined && <Notes notes={shown.notes} gaps={shown.gaps.length} />}
      <div class="lanes-choices">
        {!showsHosts.value && (
          <Choice label="Group" value={group.value} options={GROUPS} choose={(each) => select({ group: each })} />
        )}
        <Choice
          label="Sort"
          value={showsHosts.value && sort.value !== 'worst' ? 'process' : sort.value}
          options={showsHosts.value ? HOST_SORTS : SORTS}
          choose={(each) => select({ sort: each })}
        />
      </div>
    </div>
  );
}

/** `7 groups`; `1,000 of 2,310 groups` where not all of them are shown. */
function groupsText({ groups = [], groupsTotal }: LanePages): string {
  const shown = groups.length < groupsTotal ? `${groups.length.toLocaleString('en')} of ` : '';
  return `${shown}${counted(groupsTotal, 'group')}`;
}

/** What the server says about gaps: the lanes show where they are. */
const OF_GAPS = /^the record has /;

function Notes({ notes, gaps }: { notes: readonly string[]; gaps: number }) {
  const others = notes.filter((note) => !OF_GAPS.test(note));
  return (
    <>
      {gaps > 0 && (
        <span class="lanes-gaps" title={notes.filter((note) => OF_GAPS.test(note)).join('\n')}>
          <span class="legend-pattern is-gap" />
          {counted(gaps, 'gap')}
        </span>
      )}
      {others.length > 0 && (
        <span class="lanes-notes" title={others.join('\n')}>
          {others.join('; ')}
        </span>
      )}
    </>
  );
}

interface ChoiceOptions<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly choose: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, choose }: ChoiceOptions<T>) {
  return (
    <label class="lanes-choice">
      <span class="lanes-choice-label">{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const chosen = options.find(([each]) => each === event.currentTarget.value);
          if (chosen !== undefined) choose(chosen[0]);
        }}
      >
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
