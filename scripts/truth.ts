/**
 * Random stories on the real kernel, compared with what sstory recorded of them. As root:
 * `node dist/scripts/truth.js [--seeds 200] [--from 1] [--known]`. One line for each seed that fails, with what is untrue in it, and a
 * table of the kinds. `--known` prints also what test/lab/truth/known-untrue.ts lists. Exit code 1 if anything else is untrue.
 */
import { parseArgs } from 'node:util';
import { KNOWN_UNTRUE } from '../test/lab/truth/known-untrue.js';
import { compareStories } from '../test/lab/truth/recorded-stories.js';
import { KINDS, type Kind, untruthLine } from '../test/lab/truth/untruth.js';
import { say } from './bench/figures.js';
import { TemporaryDirectory } from './bench/temporary-directory.js';

/** Stories of one recorder. */
const BATCH = 20;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    known: { type: 'boolean', default: false },
  },
});
const from = Number(values.from);
const end = from + Number(values.seeds);

using directory = new TemporaryDirectory();
const seedsOf = new Map<Kind, number[]>();
let failing = 0;
for (let first = from; first < end; first += BATCH) {
  const seeds = Array.from({ length: Math.min(BATCH, end - first) }, (_, index) => first + index);
  const { stories, untruths } = await compareStories(directory.file(`truth-${first}.db`), seeds);
  for (const { kind, seed } of untruths) seedsOf.set(kind, [...(seedsOf.get(kind) ?? []), seed]);
  for (const { seed, failure } of stories) {
    const own = untruths.filter(
      (each) => each.seed === seed && (values.known || KNOWN_UNTRUE[each.kind] === undefined),
    );
    if (failure !== undefined || own.some(({ kind }) => KNOWN_UNTRUE[kind] === undefined)) failing++;
    if (failure !== undefined) say(`seed ${seed}: the story cannot go on: ${failure}`);
    for (const each of own) say(untruthLine(each));
  }
}
for (const kind of Object.keys(KINDS) as Kind[]) {
  const seeds = seedsOf.get(kind);
  if (seeds === undefined) continue;
  const isKnown = KNOWN_UNTRUE[kind] === undefined ? '' : ', known';
  say(
    `${String(seeds.length).padStart(6)}  ${kind} in ${new Set(seeds).size} seeds, first ${seeds[0]}${isKnown}: ${KINDS[kind]}`,
  );
}
say(`${end - from} seeds, ${failing} fail`);
process.exitCode = failing === 0 ? 0 : 1;
