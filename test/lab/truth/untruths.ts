/** Everything that a history has wrong about some stories. */
import { eventUntruths } from './event-untruths.js';
import { lookUntruths } from './look-untruths.js';
import { isExcused, type Matched, match } from './matching.js';
import { ownerUntruths } from './owner-untruths.js';
import { type RecordedGap, type RecordedHistory, readHistory } from './recorded-history.js';
import { rowUntruths, strangers } from './row-untruths.js';
import type { Told } from './story.js';
import type { Untruth } from './untruth.js';

export async function untruthsOf(path: string, stories: readonly Told[]): Promise<Untruth[]> {
  const netns = stories.flatMap(({ world }) => world.places.map((place) => place.netns));
  const history = readHistory(path, netns);
  const found = stories.flatMap((told) => [...untruthsOfRows(match(told, history))]);
  for (const told of stories) {
    const matched = match(told, history);
    for (const look of told.world.looks)
      for (const [kind, text] of await lookUntruths(look, matched))
        found.push({ kind, seed: told.seed, step: look.step, text });
  }
  return [...found, ...untrueGaps(history, stories)];
}

function* untruthsOfRows(matched: Matched): Iterable<Untruth> {
  const { told, rowOf, history } = matched;
  const { seed, world } = told;
  for (const [row, kind, text] of strangers(matched)) yield { kind, seed, step: stepAt(told, row.opened_us), text };
  for (const life of world.lives) {
    const row = rowOf.get(life);
    const { step } = life;
    const found = [...rowUntruths(life, row, matched)];
    for (const [kind, text] of found) yield { kind, seed, step, text };
    if (found.some(([kind]) => kind === 'port')) continue;
    if (row === undefined || isExcused(history, life.opened.fromUs, life.ended?.toUs ?? told.toUs)) continue;
    for (const [kind, text] of ownerUntruths(life, row, matched)) yield { kind, seed, step, text };
    for (const [kind, text] of eventUntruths(life, row, told.toUs)) yield { kind, seed, step, text };
  }
}

/** The step that was played then. */
function stepAt({ world }: Told, us: number): string {
  return world.steps.findLast(({ fromUs }) => fromUs <= us)?.name ?? 'before the first';
}

/** The kernel counts what it skips: a gap without a number is a break in what a socket did. */
function* untrueGaps({ gaps }: RecordedHistory, stories: readonly Told[]): Iterable<Untruth> {
  for (const gap of gaps.filter(({ lost }) => lost === null)) {
    const seeds = stories.filter((told) => touches(gap, told));
    const [first] = seeds;
    if (first === undefined) continue;
    const text = `${gap.reason}, ${gap.to_us - gap.from_us} us: a break in the chain of a socket of ${seeds.map(({ seed }) => seed).join(' or ')}`;
    yield { kind: 'gap', seed: first.seed, step: stepAt(first, gap.to_us), text };
  }
}

function touches({ from_us: fromUs, to_us: toUs }: RecordedGap, told: Told): boolean {
  return fromUs <= told.toUs && toUs >= told.fromUs;
}
