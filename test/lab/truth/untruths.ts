/** Everything that a history has wrong about some stories. */
import { eventUntruths } from './event-untruths.js';
import { lookUntruths } from './look-untruths.js';
import { isBreak, isExcused, type Matched, match, overlap } from './matching.js';
import { ownerUntruths } from './owner-untruths.js';
import type { Place } from './place.js';
import { type RecordedHistory, type Row, readHistory } from './recorded-history.js';
import { type Finding, rowUntruths, strangers } from './row-untruths.js';
import type { Told } from './story.js';
import type { TrueLife } from './true-life.js';
import type { Kind, Untruth } from './untruth.js';

/** What a namespace without processes makes untrue: no snapshot finds it. */
const OF_LEFT_NETNS: ReadonlySet<Kind> = new Set<Kind>([
  'missing',
  'duplicate',
  'ghost',
  'path',
  'time',
  'ended-too-early',
  'not-ended',
  'reason',
  'owner',
  'bytes',
  'reset',
  'at',
  'at-owner',
]);

export async function untruthsOf(path: string, stories: readonly Told[]): Promise<Untruth[]> {
  const netns = stories.flatMap(({ world }) => world.places.map((place) => place.netns));
  const history = readHistory(path, netns);
  const found: Untruth[] = [];
  for (const told of stories) {
    const matched = match(told, history);
    found.push(...untruthsOfRows(matched));
    for (const look of told.world.looks)
      for (const finding of await lookUntruths(look, matched))
        found.push(untruth(finding, told.seed, look.step, look.place));
  }
  return [...found, ...untrueGaps(history, stories)];
}

function untruth([kind, text]: Finding, seed: number, step: string, place: Place | undefined): Untruth {
  const isLeft = place?.isAbandoned === true && OF_LEFT_NETNS.has(kind);
  return { kind: isLeft ? 'left-netns' : kind, seed, step, text: isLeft ? `${kind}: ${text}` : text };
}

function* untruthsOfRows(matched: Matched): Iterable<Untruth> {
  const { told, rowOf } = matched;
  const { seed, world, toUs } = told;
  for (const [row, ...finding] of strangers(matched)) {
    const place = world.places.find(({ netns }) => netns === row.netns);
    yield untruth(finding, seed, stepAt(told, row.opened_us), place);
  }
  for (const life of world.lives) {
    const { step, place } = life;
    const row = rowOf.get(life);
    for (const finding of lifeUntruths(life, row, matched, toUs)) yield untruth(finding, seed, step, place);
  }
}

/** Where its ends or its own end are untrue, the owners and events follow from that. */
function lifeUntruths(life: TrueLife, row: Row | undefined, matched: Matched, endUs: number): Finding[] {
  const found = [...rowUntruths(life, row, matched)];
  const isAnother = found.some(([kind]) => kind === 'port' || kind === 'ended-too-early');
  const isLost = isExcused(matched.history, life.opened.fromUs, Math.min(life.ended?.toUs ?? endUs, endUs));
  if (row === undefined || isAnother || isLost) return found;
  return [...found, ...ownerUntruths(life, row, matched), ...eventUntruths(life, row, endUs, matched.history)];
}

/** The step that was played then. */
function stepAt({ world }: Told, us: number): string {
  return world.steps.findLast(({ fromUs }) => fromUs <= us)?.name ?? 'before the first';
}

/** A gap ends with the event that did not fit. */
function* untrueGaps({ gaps }: RecordedHistory, stories: readonly Told[]): Iterable<Untruth> {
  for (const gap of gaps.filter(isBreak))
    for (const { seed, world } of stories) {
      const life = world.lives.find(({ entries }) =>
        entries.some(({ at }) => at.toUs < Infinity && overlap(at, gap.to_us, gap.to_us)),
      );
      if (life === undefined) continue;
      yield { kind: 'gap', seed, step: life.step, text: `a break of ${gap.to_us - gap.from_us} us, maybe in ${life}` };
      break;
    }
}
