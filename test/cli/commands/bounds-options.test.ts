import { deepEqual, equal, throws } from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type BoundsArguments, boundsOf, withBounds } from '../../../src/cli/commands/bounds-options.js';

const PATH = join(tmpdir(), 'a.db');

describe('the bounds of a history', () => {
  function bounds(...words: string[]): ReturnType<typeof boundsOf> {
    const parser = withBounds(new Command())
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    return boundsOf(parser.parse(words, { from: 'user' }).opts<BoundsArguments>(), PATH);
  }
  const { blocks, bsize } = statfsSync(tmpdir());
  const share = (percent: number) => Math.floor((blocks * bsize * percent) / 100);

  it('are none, an age, or a size', () => {
    deepEqual(bounds(), {});
    deepEqual(bounds('--retain', '1h'), { retain: 3_600_000_000 });
    deepEqual(bounds('--max-size', '2GB'), { maxSize: 2e9 });
  });

  it('may be a share of the file system, or the smaller of both', () => {
    equal(bounds('--max-size', '5%').maxSize, share(5));
    equal(bounds('--max-size', '100TB,0.5%').maxSize, share(0.5));
    equal(bounds('--max-size', '1MB, 100%').maxSize, 1e6);
  });

  it('are rejected where they make no sense', () => {
    for (const size of ['0%', '101%', '%', '2GB,', '2', '2GB 5%'])
      throws(() => bounds('--max-size', size), Error, size);
  });
});
