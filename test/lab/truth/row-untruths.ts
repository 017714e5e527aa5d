/** What is untrue in a row, or would be if it were there. */
import { anyAddress } from '../../../src/model/address.js';
import { endpoint } from '../../../src/model/four-tuple.js';
import { isExcused, MARGIN_US, type Matched, overlap, rowName, snapshotsWithin } from './matching.js';
import type { RecordedStep, Row } from './recorded-history.js';
import type { Entry, TrueLife } from './true-life.js';
import type { Kind } from './untruth.js';

export type Finding = readonly [kind: Kind, text: string];

/** Two snapshots later, what only snapshots find must be recorded. */
const SNAPSHOTS = 2;
/** include/net/tcp.h, microseconds; a little less. */
const TIMEWAIT_LEN_US = 59_500_000;

/** Rows that are no life of the story. */
export function* strangers(matched: Matched): Iterable<readonly [Row, ...Finding]> {
  const { rows, rowOf, lifeOf, history } = matched;
  for (const row of rows) {
    if (lifeOf.has(row) || isExcused(history, row.opened_us, row.closed_us ?? row.opened_us)) continue;
    const life = [...rowOf.keys()].find((each) => isAlso(row, each));
    const twin = life === undefined ? undefined : rowOf.get(life);
    const text = twin === undefined ? rowName(row) : `${rowName(row)} is ${rowName(twin)}: ${life}`;
    yield [row, twin === undefined ? 'ghost' : 'duplicate', text];
  }
}

/** The life had these ends, and was there when the row begins. */
function isAlso(row: Row, { place, local, remote, opened, ended }: TrueLife): boolean {
  return (
    row.netns === place.netns &&
    row.local_port === local.port &&
    row.remote_port === remote.port &&
    row.remote_addr === remote.address &&
    row.opened_us >= opened.fromUs - MARGIN_US &&
    row.opened_us <= (ended?.toUs ?? Infinity) + MARGIN_US
  );
}

/** What is untrue in the row of a life. */
export function* rowUntruths(life: TrueLife, row: Row | undefined, matched: Matched): Iterable<Finding> {
  const { history, told } = matched;
  const { opened, ended } = life;
  if (isExcused(history, opened.fromUs, Math.min(ended?.toUs ?? told.toUs, told.toUs))) return;
  if (row === undefined) {
    if (!life.optional) yield ['missing', `${life}`];
    return;
  }
  const untrue = [...untrueEnds(life, row)];
  yield* untrue;
  // The rest of such a row follows from that.
  if (life.optional || untrue.length > 0) return;
  const untrueStates = [...untruePath(life, row, matched)];
  yield* untrueStates;
  if (untrueStates.some(([kind]) => kind === 'ended-too-early')) return;
  if (row.origin !== life.origin) yield ['origin', `${rowName(row)} has origin ${row.origin}: ${life}`];
  if (life.ended !== undefined && row.close_reason !== null && isWrongReason(life, row))
    yield ['reason', `${rowName(row)} has reason ${row.close_reason}, not ${life.reason}: ${life}`];
  if (life.inode !== undefined && row.inode !== null && row.inode !== life.inode)
    yield ['inode', `${rowName(row)} has inode ${row.inode}, not ${life.inode}: ${life}`];
  yield* untrueOpener(life, row);
  yield* untrueBytes(life, row, matched);
}

/** The kernel takes the address away from a socket whose connect failed, before one can ask for it. */
function* untrueEnds({ local, remote, family, origin }: TrueLife, row: Row): Iterable<Finding> {
  const isAddressKnown = origin === 'listen' || local.address !== anyAddress(family);
  const isTrue =
    row.local_port === local.port &&
    row.remote_port === remote.port &&
    row.remote_addr === remote.address &&
    (!isAddressKnown || row.local_addr === local.address);
  if (isTrue) return;
  const ends = `${endpoint(local.address, local.port)} > ${endpoint(remote.address, remote.port)}`;
  yield ['port', `${rowName(row)} was ${ends}`];
}

/** An end that was not observed may have no reason. */
function isWrongReason({ reason, hasPlaceEnded }: TrueLife, row: Row): boolean {
  if (reason === undefined || hasPlaceEnded) return false;
  return row.close_reason !== reason && !(row.close_reason === 'unknown' && row.closed_not_before_us !== null);
}

/** Compares the states one by one. */
function* untruePath(life: TrueLife, row: Row, matched: Matched): Iterable<Finding> {
  const { toUs } = matched.told;
  const steps = row.steps.filter(({ at_us: atUs }) => atUs < toUs - MARGIN_US);
  const [first] = steps;
  if (first !== undefined && first.old_state !== life.before)
    yield ['path', `${rowName(row)} begins in ${first.old_state}: ${life}`];
  const left = [...life.entries];
  for (const step of steps) {
    while (left[0] !== undefined && left[0].state !== step.new_state && isUntraced(life, left[0])) left.shift();
    const entry = left.shift();
    if (life.hasPlaceEnded && (entry?.state === 'UNCONN' || entry === undefined)) return;
    if (entry === undefined && hasTimedOut(life, step)) return;
    const isAssumedEnd = step.new_state === 'UNCONN' && (entry === undefined || step.not_before_us !== null);
    if (isAssumedEnd && (entry?.state !== 'UNCONN' || step.at_us < entry.at.fromUs - MARGIN_US))
      yield ['ended-too-early', `${rowName(row)} lives: ${life}`];
    else if (entry?.state !== step.new_state) yield ['path', `${rowName(row)}: ${life}`];
    else {
      yield* untrueTime(entry, step, row, life);
      continue;
    }
    return;
  }
  while (
    left[0] !== undefined &&
    (isUntraced(life, left[0]) || isInferred(life, left[0])) &&
    !isDue(life, left[0], matched)
  )
    left.shift();
  if (left.length > 0) yield [left[0]?.state === 'UNCONN' ? 'not-ended' : 'path', `${rowName(row)}: ${life}`];
}

/** A story on a busy host may take longer than TCP_TIMEWAIT_LEN. */
function hasTimedOut({ entries }: TrueLife, { at_us: atUs, new_state: newState }: RecordedStep): boolean {
  const last = entries.at(-1);
  const isTimed = last?.state === 'TIME-WAIT' || last?.state === 'FIN-WAIT-2';
  return isTimed && newState === 'UNCONN' && atUs >= last.at.fromUs + TIMEWAIT_LEN_US;
}

/** An orphan enters TIME-WAIT unseen: the snapshot after it may be too late. */
function isUntraced({ heldUntil }: TrueLife, { state, at }: Entry): boolean {
  return state === 'TIME-WAIT' && heldUntil !== at;
}

/** What follows TIME-WAIT, or FIN-WAIT-2 of an orphan, and the end of a namespace. */
function isInferred(life: TrueLife, entry: Entry): boolean {
  const before = life.entries[life.entries.indexOf(entry) - 1]?.state;
  return entry.state === 'UNCONN' && (life.hasPlaceEnded || before === 'TIME-WAIT' || before === 'FIN-WAIT-2');
}

/** Whether snapshots must have found it. */
function isDue({ place }: TrueLife, { at }: Entry, { history, told }: Matched): boolean {
  return snapshotsWithin(history, place.netns, at.toUs, told.toUs).length >= SNAPSHOTS;
}

function* untrueTime(entry: Entry, step: RecordedStep, row: Row, life: TrueLife): Iterable<Finding> {
  const { at_us: atUs, not_before_us: notBeforeUs } = step;
  if (overlap(entry.at, notBeforeUs ?? atUs, atUs)) return;
  const late = Math.round(atUs < entry.at.fromUs ? atUs - entry.at.fromUs : (notBeforeUs ?? atUs) - entry.at.toUs);
  yield ['time', `${rowName(row)} entered ${entry.state} ${late} us too ${late < 0 ? 'early' : 'late'}: ${life}`];
}

function* untrueOpener(life: TrueLife, row: Row): Iterable<Finding> {
  const [first] = life.holdings;
  const opener = life.thread ?? life.opener ?? first ?? life.lateOwner;
  const shown = `${row.comm}[${row.pid}] fd ${row.fd}`;
  if (opener === undefined) {
    if (row.pid !== null) yield ['opener', `${rowName(row)} was opened by no process, not ${shown}: ${life}`];
    return;
  }
  const { pid, comm, fd } = opener;
  if (row.pid === null && opener === life.lateOwner) return;
  if (row.pid === pid && row.comm === comm && (row.fd === null || row.fd === fd)) return;
  yield ['opener', `${rowName(row)} was opened by ${comm}[${pid}] fd ${fd}, not ${shown}: ${life}`];
}

/** Of a socket that is open only a snapshot knows them. */
function* untrueBytes(life: TrueLife, row: Row, { history, told }: Matched): Iterable<Finding> {
  const { sent, unsureSent, received, place, changedUs, ended } = life;
  const isKnown =
    ended !== undefined || snapshotsWithin(history, place.netns, changedUs, told.toUs).length >= SNAPSHOTS;
  if (!isKnown || life.entries.length < 2) return;
  const bytesSent = row.bytes_sent ?? -1;
  const isSent = bytesSent >= sent - unsureSent && (bytesSent <= sent || row.retransmits > 0);
  if (isSent && row.bytes_received === received) return;
  const numbers = `sent ${row.bytes_sent} (${sent}), received ${row.bytes_received} (${received})`;
  const isFin = isSent && row.bytes_received === received + 1;
  yield [isFin ? 'fin-as-byte' : 'bytes', `${rowName(row)}: ${numbers}: ${life}`];
}
