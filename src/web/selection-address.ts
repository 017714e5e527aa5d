/** The selection as the query string of the page's address, and back. */
import type { Grouping, Sort } from '../server/contract.js';

/** A moment: microseconds since the epoch; or relative to now, as `-15m` and `now`; or undefined: the page chooses. */
export type Moment = number | `-${string}` | 'now' | undefined;

/** What a person looks at. It is the state of the page, and the address is its only home. */
export interface Selection {
  readonly view: 'timeline' | 'sql';
  /** Over a fleet: the host that is shown; empty: all. */
  readonly host: string;
  readonly from: Moment;
  readonly to: Moment;
  /** In ss's filter language. */
  readonly filter: string;
  readonly group: Grouping;
  readonly sort: Sort;
  /** The cursor, microseconds. */
  readonly at: number | undefined;
  /** The second cursor. */
  readonly and: number | undefined;
  /** The id of the connection that is open in the panel. */
  readonly socket: number | undefined;
  /** The ids of connections that stay above the others, separated by commas. */
  readonly pin: string;
  /** The statement on the SQL page. */
  readonly sql: string;
}

export const NOTHING_SELECTED: Selection = {
  view: 'timeline',
  host: '',
  from: undefined,
  to: undefined,
  filter: '',
  group: 'none',
  sort: 'worst',
  at: undefined,
  and: undefined,
  socket: undefined,
  pin: '',
  sql: '',
};

const GROUPS: readonly Grouping[] = ['none', 'process', 'peer', 'port', 'name', 'netns', 'container'];
const SORTS: readonly Sort[] = ['worst', 'opened', 'duration', 'process', 'peer', 'local'];
const RELATIVE = /^-\d+(s|m|h|d|w)$/;

/** Reads a query string. What it does not understand is left out. */
export function selectionOf(search: string): Selection {
  const words = new URLSearchParams(search);
  const nothing = NOTHING_SELECTED;
  return {
    view: words.get('view') === 'sql' ? 'sql' : 'timeline',
    host: words.get('host') ?? nothing.host,
    from: momentOf(words.get('from')),
    to: momentOf(words.get('to')),
    filter: words.get('filter') ?? nothing.filter,
    group: GROUPS.find((each) => each === words.get('group')) ?? nothing.group,
    sort: SORTS.find((each) => each === words.get('sort')) ?? nothing.sort,
    at: wholeNumber(words.get('at')),
    and: wholeNumber(words.get('and')),
    socket: wholeNumber(words.get('socket')),
    pin: pinText(pinnedIds(words.get('pin') ?? '')),
    sql: words.get('sql') ?? nothing.sql,
  };
}

/** The query string of a selection, with its `?`; empty where nothing is selected. What has its default is left out. */
export function addressOf(selection: Selection): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(selection)) {
    if (value !== undefined && value !== NOTHING_SELECTED[name as keyof Selection]) words.set(name, String(value));
  }
  return words.size === 0 ? '' : `?${words}`;
}

/** More would leave no room for the others. */
const MOST_PINNED = 8;

/** The connections that a `pin` names, each once. */
export function pinnedIds(pin: string): number[] {
  const ids = pin.split(',').flatMap((word) => wholeNumber(word) ?? []);
  return [...new Set(ids)].slice(-MOST_PINNED);
}

/** With one more, or without it where it is there; of too many, the first one is left out. */
export function pinToggled(pin: string, id: number): string {
  const ids = pinnedIds(pin);
  return pinText(ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id].slice(-MOST_PINNED));
}

const pinText = (ids: readonly number[]): string => ids.join(',');

function momentOf(text: string | null): Moment {
  if (text === null) return undefined;
  if (text === 'now') return text;
  if (RELATIVE.test(text)) return text as `-${string}`;
  return wholeNumber(text);
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}
