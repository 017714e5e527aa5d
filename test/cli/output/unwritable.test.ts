import { equal, match } from 'node:assert/strict';
import { execa } from 'execa';
import { MAIN } from '../../lab/sstory.js';

/** Runs the command line with its words in a shell, which redirects. */
async function shell(words: string, redirection: string, before = '') {
  const script = `${before}"$0" "$1" ${words} ${redirection}`;
  const { exitCode, stderr } = await execa('sh', ['-c', script, process.execPath, MAIN], { reject: false });
  return { exitCode, stderr };
}

describe('output that cannot be written', () => {
  for (const words of ['-tan', '-ta --json', '-s', '-ta -D -', 'ss --help', '--help', 'ss --version']) {
    it(`is one line on stderr: sstory ${words}`, async () => {
      const { exitCode, stderr } = await shell(words, '> /dev/full');
      match(stderr, /^sstory: stdout cannot be written: ENOSPC: [^\n]+$/);
      equal(exitCode, 1);
    });
  }

  it('is no error where the reader closes the pipe', async () => {
    const { stderr } = await shell('-ta --json', '| true');
    equal(stderr, '');
    // The exit code is that of sstory, not of the reader.
    equal((await shell('ss --help', '; echo "exit $?" >&2; } | true', '{ ')).stderr, 'exit 0');
  });

  it('leaves the exit code as it is where it is a message', async () => {
    equal((await shell('-taX', '2> /dev/full')).exitCode, 255);
  });

  it('leaves the exit code as it is where stdout or stderr is closed', async () => {
    equal((await shell('-tan', '>&-')).exitCode, 0);
    equal((await shell('-taX', '2>&-')).exitCode, 255);
  });
});
