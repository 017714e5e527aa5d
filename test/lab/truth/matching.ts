/** Which row of a history is which true life. */
import { endpoint } from '../../../src/model/four-tuple.js';
import type { RecordedGap, RecordedHistory, RecordedSnapshot, Row } from './recorded-history.js';
import type { Told } from './story.js';
import type { Bounds, TrueLife } from './true-life.js';

/** How far a clock of the kernel and one of a process may be apart. */
export const MARGIN_US = 3_000;
/** Of 22: the least by which a row is taken for a life. */
const ENOUGH = 10;

/** Rows and lives of one story. */
export interface Matched {
  readonly told: Told;
  readonly history: RecordedHistory;
  readonly rowOf: ReadonlyMap<TrueLife, Row>;
  readonly lifeOf: ReadonlyMap<Row, TrueLife>;
  /** Of its namespaces, from its time. */
  readonly rows: readonly Row[];
}

export function match(told: Told, history: RecordedHistory): Matched {
  const rows = history.rows.filter((row) => told.world.places.some((place) => isOf(row, place, told.toUs)));
  const pairs = told.world.lives.flatMap((life) =>
    rows.map((row) => ({ life, row, likeness: likeness(row, life) })).filter(({ likeness: much }) => much >= ENOUGH),
  );
  const rowOf = new Map<TrueLife, Row>();
  const lifeOf = new Map<Row, TrueLife>();
  for (const { life, row } of pairs.sort((one, other) => other.likeness - one.likeness)) {
    if (rowOf.has(life) || lifeOf.has(row)) continue;
    rowOf.set(life, row);
    lifeOf.set(row, life);
  }
  return { told, history, rowOf, lifeOf, rows };
}

/** An inode number is given to another namespace later. */
function isOf(row: Row, place: TrueLife['place'], endUs: number): boolean {
  const { netns, opened_us: openedUs } = row;
  return netns === place.netns && openedUs >= place.createdUs && openedUs <= Math.min(place.leftUs, endUs);
}

function likeness(row: Row, life: TrueLife): number {
  const { local, remote, opened, inode, origin, place } = life;
  if (row.netns !== place.netns) return 0;
  const earliestUs = row.opened_not_before_us ?? row.opened_us;
  const isExact = row.opened_not_before_us === null;
  let much = 0;
  if (overlap(opened, earliestUs, row.opened_us)) much += isExact ? 7 : 4;
  if (row.remote_port === remote.port) much += 3;
  if (row.remote_addr === remote.address) much += 2;
  if (row.local_port === local.port) much += 3;
  if (inode !== undefined && row.inode === inode) much += 2;
  if (row.origin === origin) much += 2;
  if (row.steps.at(-1)?.new_state === life.state) much += 1;
  return much;
}

/** Whether something that was recorded with these times can have happened within bounds. */
export function overlap(bounds: Bounds, notBeforeUs: number, atUs: number): boolean {
  return atUs >= bounds.fromUs - MARGIN_US && notBeforeUs <= bounds.toUs + MARGIN_US;
}

/** Whether a gap says that events within these times were lost. */
export function isExcused({ gaps }: RecordedHistory, fromUs: number, toUs: number): boolean {
  return gaps.some((gap) => !isBreak(gap) && gap.from_us <= toUs + MARGIN_US && gap.to_us >= fromUs - MARGIN_US);
}

/** The kernel counts what it skips: a gap without a number is a break in the chain of states of a socket. */
export function isBreak({ lost, reason }: RecordedGap): boolean {
  return lost === null && reason === 'continuity';
}

/** The snapshots of a namespace that began and ended within these times. */
export function snapshotsWithin(
  { snapshots }: RecordedHistory,
  netns: number,
  fromUs: number,
  toUs: number,
): RecordedSnapshot[] {
  return snapshots.filter((each) => each.netns === netns && each.at_us >= fromUs && each.at_us + each.took_us <= toUs);
}

/** The process that accepts a connection sooner than so long after the handshake counts as its owner from the handshake on (docs/store.md). */
const ACCEPTED_WITHIN_US = 50_000;

/** Whether a row may name the process that is about to accept it. */
export function mayNameAcceptor({ origin, opened_us }: Pick<Row, 'origin' | 'opened_us'>, atUs: number): boolean {
  return origin === 'accept' && atUs - opened_us < ACCEPTED_WITHIN_US;
}

/** By so many snapshots a change of owners is to be known. */
const SNAPSHOTS = 2;
/**
 * Whether the owners of a life are to be right at a time: two snapshots after they changed last, and a search of all processes after the last
 * change that only such a search finds.
 */
export function areOwnersSettled(
  { holdings, unannounced, place }: TrueLife,
  history: RecordedHistory,
  atUs: number,
): boolean {
  const lastOf = (changes: readonly Bounds[]) =>
    Math.max(0, ...changes.filter(({ fromUs }) => fromUs < atUs).map(({ toUs }) => toUs));
  const sinceUs = lastOf(holdings.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])));
  const hiddenUs = lastOf(unannounced);
  // The search for owners comes after the dumps of all namespaces, and before the next one.
  const searchedWithin = (fromUs: number) => snapshotsWithin(history, place.netns, fromUs, atUs).slice(0, -1);
  const isFound = hiddenUs === 0 || searchedWithin(hiddenUs).some(({ owners }) => owners === 1);
  return isFound && searchedWithin(sinceUs).length >= SNAPSHOTS;
}

export function rowName({ id, local_addr, local_port, remote_addr, remote_port, steps, origin }: Row): string {
  const path = steps.map(({ new_state, not_before_us }) => `${not_before_us === null ? '' : '~'}${new_state}`);
  const ends = `${endpoint(local_addr, local_port)} > ${endpoint(remote_addr, remote_port)}`;
  return `#${id} (${origin}) ${ends} ${path.join(' ')}`;
}
