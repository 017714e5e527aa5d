/** Which sockets flags and filter select. */

import { readFileSync } from 'node:fs';
import { type Filter, HISTORY_TERMS } from '../../filter/expression.js';
import { mentions } from '../../filter/mentions.js';
import { DEFAULT_STATES } from '../../filter/state-names.js';
import type { Family } from '../../model/address.js';
import type { RecordedCgroup } from '../../model/cgroup.js';
import { fileTrouble, usageError } from '../../model/error.js';
import type { Owner } from '../../model/owner.js';
import type { SocketRow } from '../../model/socket-row.js';
import { maskOfStates, shownState, TCP_STATES, type TcpState } from '../../model/tcp-state.js';
import { ALL_NETNS } from '../../request/netns.js';
import { BOUND_INACTIVE } from '../../snapshot/inet-diag.js';
import { netnsPathOf } from '../host/netns-path.js';
import { type SsFlags, usage } from './flags.js';
import { installedSs } from './installed-ss.js';

/** Where a current socket is, as far as the filter needs it. */
export interface LivePlace {
  readonly netns: number | undefined;
  readonly cgroup: RecordedCgroup | undefined;
}

export interface Selection {
  readonly states: ReadonlySet<TcpState>;
  /** Sockets that are bound and nothing more are wanted. */
  readonly wantsBound: boolean;
  readonly families: readonly Family[];
  /** Only one state is selected. */
  readonly oneState: boolean;
  /** There is a filter. */
  readonly isNarrow: boolean;
  /** A condition is about the owner. */
  readonly needsOwners: boolean;
  /** A condition is about the network namespace. */
  readonly needsNetns: boolean;
  /** A condition is about the cgroup. */
  readonly needsCgroups: boolean;
  readonly selects: (row: SocketRow, owners: readonly Owner[] | undefined, place: LivePlace) => boolean;
}

/** How the kernel reports what is bound and nothing more. */
const BOUND_STATE: readonly TcpState[] = ['UNCONN'];

const HALF_OPEN: readonly TcpState[] = ['SYN-RECV', 'NEW-SYN-RECV'];

const NO_FILTER: Filter = { states: undefined, family: undefined, expression: undefined };

/** @throws SstoryError if the filter cannot be parsed */
export async function readSelection(flags: SsFlags): Promise<Selection> {
  const words = filterWords(flags);
  const filter = words.length === 0 ? NO_FILTER : await readFilter(words, flags);
  const { states, wantsBound } = wantedStates(filter.states === undefined ? choiceOfFlags(flags) : filter);
  const family = filter.family ?? flags.family;
  const run = filter.expression === undefined ? undefined : (await import('../../filter/matches.js')).matches;
  return {
    states,
    wantsBound,
    families: family === undefined ? [4, 6] : [family],
    oneState: new Set([...states, ...(wantsBound ? BOUND_STATE : [])].map(shownState)).size === 1,
    isNarrow: words.length > 0,
    needsOwners: mentions(filter.expression, ['pid', 'comm']),
    needsNetns: mentions(filter.expression, ['netns']),
    needsCgroups: mentions(filter.expression, ['cgroup', 'container', 'pod', 'unit']),
    selects: (row, owners, place) =>
      (states.has(row.state) || (wantsBound && row.state === 'UNCONN')) &&
      (family === undefined || row.tuple.family === family) &&
      (run === undefined || run({ ...filter, states: undefined, family: undefined }, subjectOf(row, owners, place))),
  };
}

/** The states to ask the kernel for, as a bit mask. */
export function kernelStates({ states, wantsBound }: Selection): number {
  return maskOfStates(states) | (wantsBound ? BOUND_INACTIVE : 0);
}

async function readFilter(words: readonly string[], flags: SsFlags): Promise<Filter> {
  const { parseFilter } = await import('../../filter/parse.js');
  const { resolveNames } = await import('../../filter/resolve.js');
  const { systemLookups } = await import('../../sys/system-lookups.js');
  const parsed = parseFilter(words, flags.family);
  if (mentions(parsed.expression, ['machine']))
    throw usageError('filter-fleet-only', '"machine" chooses among the hosts of a fleet', 'it works with --fleet');
  const past = HISTORY_TERMS.find((kind) => mentions(parsed.expression, [kind]));
  if (past !== undefined)
    throw usageError(
      'filter-history-only',
      `"${past}" is known of recorded connections only`,
      '--at now reads the recording',
    );
  return resolveNames(parsed, systemLookups(flags.netns === ALL_NETNS ? undefined : netnsPathOf(flags.netns)));
}

/** Before a release of ss adds to them. */
function statesOfFlags({ shown }: Pick<SsFlags, 'shown'>): ReadonlySet<TcpState> {
  if (shown === 'all') return new Set(TCP_STATES);
  if (shown === 'bound') return new Set<TcpState>(['UNCONN']);
  return shown === 'listening' ? new Set<TcpState>(['LISTEN', 'UNCONN']) : DEFAULT_STATES;
}

/** The states that the filter selects, or the flags if it names none. */
export function statesAsked(flags: SsFlags, filter: StateChoice): ReadonlySet<TcpState> {
  return wantedStates(filter.states === undefined ? choiceOfFlags(flags) : filter).states;
}

/** Whether they select sockets that are bound and nothing more. */
export function boundAsked(flags: SsFlags, filter: StateChoice): boolean {
  return wantedStates(filter.states === undefined ? choiceOfFlags(flags) : filter).wantsBound;
}

type StateChoice = Pick<Filter, 'states' | 'boundInactive' | 'halfOpen'>;

function choiceOfFlags(flags: SsFlags): StateChoice {
  const states = statesOfFlags(flags);
  if (flags.shown === 'bound') return { states, boundInactive: 'named' };
  return flags.shown === 'listening' ? { states } : { states, boundInactive: 'included', halfOpen: true };
}

/** What words for several states, and no words, mean depends on the release of ss. */
function wantedStates({
  states,
  boundInactive,
  halfOpen = false,
}: StateChoice): Pick<Selection, 'states' | 'wantsBound'> {
  const { listsBound } = boundInactive === 'included' || halfOpen ? installedSs() : { listsBound: false };
  return {
    states: new Set([...(states ?? []), ...(halfOpen && listsBound ? HALF_OPEN : [])]),
    wantsBound: boundInactive === 'named' || (boundInactive === 'included' && listsBound),
  };
}

const STATE_WORDS = new Set(['state', 'exclude', 'excl']);

/** The filter's words: states on the command line first, then the file of -F, then the rest of the command line. */
export function filterWords({ filter, filterFile }: Pick<SsFlags, 'filter' | 'filterFile'>): readonly string[] {
  if (filterFile === undefined) return filter;
  let states = 0;
  while (STATE_WORDS.has(filter[states] ?? '')) states += 2;
  return [...filter.slice(0, states), ...readFilterFile(filterFile), ...filter.slice(states)];
}

/** Words of a file without comments (a word that begins with `#`, and the rest of its line); a backslash continues a line. */
function readFilterFile(file: string): string[] {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8');
    return text
      .replaceAll(/(?<!\S)#.*/g, '')
      .replaceAll('\\\n', ' ')
      .split(/\s+/)
      .filter((word) => word !== '');
  } catch (error) {
    throw usage(`-F ${file}: ${fileTrouble(error)}`, 'give a file that contains a filter');
  }
}

function subjectOf(row: SocketRow, owners: readonly Owner[] | undefined, { netns, cgroup }: LivePlace) {
  const { state, tuple, interfaceIndex, mark, uid } = row;
  return { state, tuple, interfaceIndex, mark, cgroupPath: cgroup?.path, netns, uid, owners };
}
