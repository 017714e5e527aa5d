import { equal, match } from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { ProgressBar } from '../../../src/cli/output/progress-bar.js';

/** What a bar draws on a stream that is a terminal or not. */
function drawn(isTTY: boolean, share: number | undefined): string {
  const stream = new PassThrough();
  const bar = new ProgressBar(Object.assign(stream, { isTTY }) as unknown as NodeJS.WriteStream);
  bar.show(share, '12 rows');
  bar.end();
  return String(stream.read() ?? '');
}

describe('the progress bar', () => {
  it('shows the share on a terminal, and is gone at the end', () => {
    match(drawn(true, 0.5), /\[#{15}\.{15}\] {2}50% {2}12 rows\r.*$/);
  });

  it('shows the count alone where the whole is not known', () => {
    match(drawn(true, undefined), /K12 rows\r/);
  });

  it('draws nothing elsewhere', () => {
    equal(drawn(false, 0.5), '');
  });
});
