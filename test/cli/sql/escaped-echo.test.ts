import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { EscapedEcho } from '../../../src/cli/sql/escaped-echo.js';
import { ALL_HOSTILE, hiddenIn } from '../../lab/hostile-texts.js';

/** Without the sequences and line ends of readline itself. */
const withoutOwn = (text: string) =>
  text
    .split('\x1b[')
    .map((part, index) => (index === 0 ? part : part.replace(/^[\d;]*[A-Za-z]/, '')))
    .join('')
    .replaceAll(/\r\n?/g, '');

describe('what is typed at the prompt of sstory sql', () => {
  let shown = '';
  const terminal = { columns: 80, write: (text: string) => (shown += text), on: () => undefined };

  /** Types pieces at a prompt; resolves with the lines that were entered. */
  async function type(history: readonly string[], ...pieces: string[]): Promise<string[]> {
    shown = '';
    const input = new PassThrough();
    const prompt = createInterface({
      ...{ input, output: new EscapedEcho(terminal), terminal: true, prompt: 'sstory> ', history: [...history] },
    });
    const lines: string[] = [];
    prompt.on('line', (line) => lines.push(line));
    prompt.prompt();
    for (const piece of pieces) input.write(piece);
    input.end();
    await once(prompt, 'close');
    return lines;
  }

  it('is shown with its hidden characters escaped, and taken as it is', async () => {
    const line = "select '\u202e\u009b2J\u200b'";
    deepEqual(await type([], `${line}\r`), [line]);
    equal(hiddenIn(withoutOwn(shown)), '');
    equal(shown.includes("select '\\u202e\\x9b2J\\u200b'"), true);
  });

  it('is harmless in the history, and while it is edited', async () => {
    const raw = ALL_HOSTILE.replaceAll(/[\r\n]/g, '');
    await type([raw], '\x1b[A', '\x1b[D', 'x', '\x7f', '\x01', '\x0c', '\r');
    equal(hiddenIn(withoutOwn(shown)), '');
  });

  it('has the columns of the terminal', () => equal(new EscapedEcho(terminal).columns, 80));
});
