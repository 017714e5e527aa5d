/** Rows of the real ss and of a recording, side by side. */
import { maskMoving } from './moving-values.js';

interface Rows {
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
}

/** Of sstory: how old the numbers of a row are, where they may have been others. */
const SAMPLED = / sampled:\S+/;
/** Of sstory: a row whose state may have been another one, or that may not have existed. */
const UNCERTAIN = / ~uncertain/;
/** Of sstory: queues that no snapshot has found yet. */
const UNSAMPLED = /(^| )- - /;

/**
 * The rows that only one of them has: theirs that ours have neither before nor after they were asked for, ours that are there at both times
 * and not in theirs. ss looks at each socket at some time in between.
 */
export function differing(theirs: string, oursBefore: string, ours: string): Rows {
  const [before, after] = [differingAt(theirs, oursBefore), differingAt(theirs, ours)];
  return {
    theirs: before.theirs.filter((row) => after.theirs.includes(row)),
    ours: before.ours.filter((row) => after.ours.includes(row)),
  };
}

/**
 * The rows that only one of them has, in any order. Of a row whose numbers are of an earlier sample only the state and the two ends are
 * compared.
 */
function differingAt(theirs: string, ours: string): Rows {
  const left = rowsOf(theirs);
  const onlyOurs: string[] = [];
  for (const row of rowsOf(ours)) {
    const isUncertain = UNCERTAIN.test(row);
    const plain = row.replace(SAMPLED, '').replace(UNCERTAIN, '');
    const at = left.findIndex((each) =>
      isOlder(row) ? endsOf(each) === endsOf(plain) : each === plain || isItsOrphan(each, plain),
    );
    if (at < 0 && isUncertain) continue;
    if (at < 0) onlyOurs.push(plain);
    else left.splice(at, 1);
  }
  return { theirs: left, ours: onlyOurs };
}

/** A row with its second line, as ss prints some; without what only sstory has with `-e`, and in a gap of the whole host; white space, and what moves by itself, made equal. */
function rowsOf(text: string): string[] {
  return maskMoving(text)
    .replaceAll(/\n[ \t]+/g, ' ')
    .replaceAll(/ (netns|container|pod|unit|age):\S+| ~inferred| ~gap/g, '')
    .replaceAll(/\bpid=\d+|\btid=\d+/g, 'id=*')
    .replaceAll(/users:\(\((.*?)\)\)/g, (_, owners: string) => `users:((${uniqueOwners(owners)}))`)
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
}

/**
 * A process that is being started has the descriptors of its parent, and its name; later its own, as that of the ss that is asked here:
 * the search for owners may have seen it. In no order: that of ss is by pids of its own namespace, those of the host begin again at 300
 * after 32,768.
 */
function uniqueOwners(owners: string): string {
  const unique = [...new Set(owners.split('),('))].filter((owner) => !owner.startsWith('"ss",'));
  return unique.sort().join('),(');
}

/** The history keeps the process that had the socket last. */
function isItsOrphan(theirs: string, ours: string): boolean {
  return /^(FIN-WAIT-[12]|CLOSING|LAST-ACK) /.test(theirs) && theirs === ours.replace(/ users:\(\(.*?\)\)/, '');
}

/** How many rows of ours are as of the moment itself, and compared in every field. */
export function exactRows(ours: string): number {
  return rowsOf(ours).filter((row) => !isOlder(row)).length;
}

function isOlder(row: string): boolean {
  return UNCERTAIN.test(row) || SAMPLED.test(row) || UNSAMPLED.test(row);
}

/** Which interface it is bound to, and whether for IPv6 only, is not known before the first sample. */
function endsOf(row: string): string {
  const ends = row.match(/\S+:\S+/g)?.slice(0, 2) ?? [row];
  return ends
    .join(' ')
    .replaceAll(/%\w+/g, '')
    .replaceAll(/(^| )(\*|\[::\]|0\.0\.0\.0):/g, '$1*:');
}
