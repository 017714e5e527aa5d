import { equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { LiveSession } from '../../../src/cli/terminal/live-session.js';
import { ReplaySession } from '../../../src/cli/terminal/replay-session.js';
import { runTable, type TableSession } from '../../../src/cli/terminal/table-loop.js';
import { Terminal } from '../../../src/cli/terminal/terminal.js';
import { openForReading } from '../../../src/store/database.js';
import { inked } from '../../../src/view/ink.js';
import { usAt } from '../../lab/history.js';
import { hiddenIn } from '../../lab/hostile-texts.js';
import { Stage } from '../../lab/stage.js';
import { forge, writeHostileHistory } from '../hostile-history.js';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
/** After ESC: what clears a line, the place of a line, and the looks of the states that the history has. */
const OWN = /^\[(?:K|\d+;1H|(?:0|1|2|7|32|90|1;33)m)/;
const SIZE = { columns: 400, rows: 100 };

/** A terminal on which a key is pressed after each drawing. */
class TypedTerminal extends Terminal {
  private readonly keys: string[];

  constructor(
    private readonly keyboard: PassThrough,
    output: PassThrough,
    keys: string,
  ) {
    super(keyboard as unknown as ReadStream, output as unknown as WriteStream);
    this.keys = [...keys];
  }

  override draw(lines: readonly string[]): void {
    super.draw(lines);
    const key = this.keys.shift();
    if (key !== undefined) this.keyboard.write(key);
  }
}

/** All that a session wrote on a terminal while these keys were pressed. */
async function written(session: TableSession, keys: string): Promise<string> {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { isTTY: true, ...SIZE });
  const drawn: string[] = [];
  output.on('data', (piece: Buffer) => drawn.push(String(piece)));
  equal(await runTable(session, new TypedTerminal(input, output, keys), inked), 0);
  return drawn.join('');
}

/** Without the sequences that the screen is drawn with; others keep their ESC. */
function withoutOwn(text: string): string {
  const [first = '', ...pieces] = text.slice(ENTER.length, -LEAVE.length).split('\x1b');
  return first + pieces.map((piece) => (OWN.test(piece) ? piece.replace(OWN, '') : `\x1b${piece}`)).join('');
}

describe('the screen of a history of hostile texts', () => {
  const stage = new Stage();
  let path: string;
  before(async () => {
    path = join(await stage.directory(), 'history.db');
    writeHostileHistory(path);
    forge(path);
  });
  after(() => stage[Symbol.asyncDispose]());

  function assertHarmless(text: string): void {
    equal(text.startsWith(ENTER) && text.endsWith(LEAVE), true);
    match(text, /\\x1b\[2J/);
    equal(hiddenIn(withoutOwn(text)), '');
  }

  it('has no sequences but its own in a replay', async () => {
    using database = closed(path);
    const span = { fromUs: usAt(0), toUs: usAt(100) };
    const options = { ...span, fromUs: usAt(39), span, filter: undefined, speed: 1, paused: true };
    const session = new ReplaySession(database.handle, options, performance.now());
    assertHarmless(await written(session, '.,o?\x1ft..jx\re.q'));
  });

  it('has no sequences but its own in a live table', async () => {
    using database = closed(path);
    const session = new LiveSession(database.handle, undefined, () => usAt(39));
    const text = await written(session, 'o ?jrq');
    match(text, /NO RECORDER: the last run ended at .*\\u202e/);
    assertHarmless(text);
  });
});

function closed(path: string) {
  const handle = openForReading(path);
  return { handle, [Symbol.dispose]: () => void handle.close() };
}
