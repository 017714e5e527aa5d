import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { COMPLETIONS } from '../../../scripts/completions/main.js';
import { connectionOf, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const COMMAND = fileURLToPath(new URL('../../../../bin/sstory', import.meta.url));

describe('the completion', () => {
  const stage = new Stage();
  let db: string;

  before(async () => {
    db = join(await stage.directory(), 'history.db');
    const life = [
      [1, 'SYN-SENT'],
      [2, 'UNCONN'],
    ] as const;
    writeHistory(db, {
      connections: [
        connectionOf(1, life),
        connectionOf(2, life),
        connectionOf(3, life, { comm: '$(touch x)' }),
        connectionOf(4, life, { comm: 'Web Content' }),
        connectionOf(5, [[1, 'LISTEN']], {
          origin: 'listen',
          comm: 'nginx',
          tuple: { family: 4, localAddr: '0.0.0.0', localPort: 8_080, remoteAddr: '0.0.0.0', remotePort: 0 },
        }),
      ],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  /** What bash offers for the last of the words. */
  async function offered(...words: string[]): Promise<string[]> {
    const script = `source <("$0" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sstory
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await execa('bash', ['-c', script, COMMAND, COMMAND, ...words], { env: { SSTORY_DB: db } });
    return stdout === '' ? [] : stdout.split('\n');
  }

  for (const [shell, file] of [
    ['bash', 'sstory'],
    ['zsh', '_sstory'],
    ['fish', 'sstory.fish'],
  ] as const) {
    it(`of ${shell} is printed`, async () => {
      const { exitCode, stdout } = await sstory('completion', shell);
      equal(exitCode, 0);
      equal(`${stdout}\n`, readFileSync(join(COMPLETIONS, file), 'utf8'));
    });
  }

  it('is refused for other shells', async () => {
    const { exitCode, stderr } = await sstory('completion', 'tcsh');
    equal(exitCode, 2);
    match(stderr, /tcsh.*bash, zsh, fish/);
  });

  it('offers commands, options, and what options take', async () => {
    deepEqual(await offered('tim'), ['timeline']);
    deepEqual(await offered('log', '--rev'), ['--reverse']);
    deepEqual(await offered('log', '--color', 'al'), ['always']);
    deepEqual(await offered('completion', 'f'), ['fish']);
    deepEqual(await offered('help', 'fil'), ['filter']);
    deepEqual(await offered('log', '--since', ''), []);
  });

  it('offers the words of a filter, and the states', async () => {
    deepEqual(await offered('log', 'dpo'), ['dport']);
    deepEqual(await offered('top', '--by', 'peer', 'rea'), ['reason']);
    deepEqual(await offered('timeline', 'state', 'syn-s'), ['syn-sent']);
    deepEqual(await offered('-antp', 'exclude', 'close-'), ['close-wait']);
    deepEqual(await offered('log', 'origin', '=', 'acc'), ['accept']);
    ok(!(await offered('info', '')).includes('dport'));
  });

  it('offers the names of processes and the ports of the database, but nothing that a shell would expand', async () => {
    deepEqual(await offered('log', 'comm', '=', ''), ['java', 'nginx']);
    deepEqual(await offered('log', '--db', db, 'dport', '=', ':', '9'), ['9200']);
    deepEqual((await sstory('complete-values', 'port', '--db', db)).stdout, '9200\n8080');
  });

  it('is silent where there is nothing', async () => {
    const silent = { exitCode: 0, stdout: '', stderr: '' };
    deepEqual(await sstory('complete-values', 'comm', '--db', '/nonexistent/x.db'), silent);
    deepEqual(await sstory('complete-values', 'colour', '--db', db), silent);
  });
});
