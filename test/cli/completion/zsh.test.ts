import { equal } from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import { COMPLETIONS } from '../../../scripts/completions/main.js';
import { connectionOf, writeHistory } from '../../lab/history.js';
import { missing } from '../../lab/privileges.js';
import { Stage } from '../../lab/stage.js';

const COMMAND = fileURLToPath(new URL('../../../../bin/sstory', import.meta.url));

/**
 * An interactive zsh on a terminal of its own (zsh/zpty): $1 the directory of sstory, $2 that of its completion, $3 a line, after which
 * completion is asked for once. Prints the line that it makes of it.
 */
const SESSION = `
zmodload zsh/zpty
zpty shell "env PATH=\${(q)1}:\\$PATH TERM=dumb zsh -f -i"
wait_for() { local got; while zpty -r -m shell got "*$1*"; do print -r -- "$got"; return; done; return 1 }
zpty -w -n shell "PS1= RPS1= PROMPT2=; unsetopt zle_bracketed_paste prompt_sp; bindkey -e; fpath=(\${(q)2} \\$fpath)
autoload -U compinit && compinit -u -D
show() { zle complete-word; print -r -- \\"<<\\$BUFFER>>\\"; BUFFER=; }; zle -N show; bindkey '^X^X' show; print REA\\"\\"DY
"
wait_for READY >/dev/null
zpty -w -n shell "$3"$'\\x18\\x18'
wait_for '>>'
zpty -d shell
`;

describe('the completion in a real zsh', function () {
  this.timeout(60_000);
  const stage = new Stage();
  let db: string;
  let bin: string;

  before(async function () {
    if (execaSync('zsh', ['--version'], { reject: false }).failed)
      missing(this, 'needs zsh (scripts/setup.sh test installs it)');
    const directory = await stage.directory();
    bin = join(directory, 'bin');
    mkdirSync(bin);
    symlinkSync(COMMAND, join(bin, 'sstory'));
    db = join(directory, 'history.db');
    writeHistory(db, { connections: [connectionOf(1, [[1, 'SYN-SENT']]), connectionOf(2, [[2, 'SYN-SENT']])] });
  });
  after(() => stage[Symbol.asyncDispose]());

  async function completed(line: string): Promise<string> {
    const { stdout } = await execa('zsh', ['-f', '-c', SESSION, 'zsh', bin, COMPLETIONS, line], {
      env: { SSTORY_DB: db },
      timeout: 30_000,
    });
    return /<<(.*)>>/.exec(stdout)?.[1] ?? stdout;
  }

  for (const [line, whole] of [
    ['sstory tim', 'sstory timeline '],
    ['sstory log --rev', 'sstory log --reverse '],
    ['sstory log state syn-s', 'sstory log state syn-sent '],
    ['sstory -antp exclude close-w', 'sstory -antp exclude close-wait '],
    ['sstory log comm = ja', 'sstory log comm = java '],
    ['sstory log dport = :92', 'sstory log dport = :9200 '],
    ['sstory log dport = 92', 'sstory log dport = 9200 '],
    ['sstory help fil', 'sstory help filter '],
    ['sstory log quux', 'sstory log quux'],
  ] as const) {
    it(`makes "${whole}" of "${line}" with the first Tab`, async () => {
      equal(await completed(line), whole);
    });
  }
});
