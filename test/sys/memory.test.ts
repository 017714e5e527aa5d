import { ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

const MEMORY = new URL('../../src/sys/memory.js', import.meta.url).href;

/** The largest size of the young generation of a program that keeps what it has made for a while, bytes. */
function largest(calls: string): number {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { boundYoungGeneration } from '${MEMORY}';
    const kept = [];
    let most = 0;
    for (let round = 0; round < 400; round++) {
      ${calls}
      for (let each = 0; each < 10_000; each++) kept[(round * 10_000 + each) % 200_000] = { round, each: [each] };
      const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
      most = Math.max(most, young.space_size);
    }
    console.log(most);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }));
}

describe('memory of the recorder', () => {
  it('has a young generation of at most half the size that V8 would make it', () => {
    const bounded = largest('boundYoungGeneration();');
    ok(bounded <= largest('') / 2, `${bounded} bytes`);
  });
});
