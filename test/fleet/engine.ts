import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { chdbDirectory } from './chdb.js';
import type { EngineAnswer, EngineRequest } from './engine-process.js';

const PROGRAM = fileURLToPath(new URL('engine-process.js', import.meta.url));

/** ClickHouse's engine over a directory, in a process that is killed and started again at will. */
export class Engine {
  private readonly waiting = new Map<number, (answer: EngineAnswer) => void>();
  private last = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message) => {
      const answer = message as EngineAnswer;
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
    child.on('exit', () => {
      for (const [id, take] of this.waiting) take({ id, error: 'the engine was killed' });
      this.waiting.clear();
    });
  }

  /** @param path its data: a directory that only it uses */
  static async start(path: string): Promise<Engine> {
    const directory = chdbDirectory();
    if (directory === undefined) throw new Error('chdb is not installed');
    const child = fork(PROGRAM, [directory, path], {
      env: { ...process.env, TZ: 'UTC' },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const engine = new Engine(child);
    await new Promise<void>((resolve, reject) => {
      engine.waiting.set(0, ({ error }) => (error === undefined ? resolve() : reject(new Error(error))));
    });
    return engine;
  }

  /** @throws Error with the engine's own words: `Code: 60. DB::Exception: ...` */
  async run(sql: string, before: readonly string[] = []): Promise<Uint8Array> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error('the engine was killed');
    const id = ++this.last;
    const answer = await new Promise<EngineAnswer>((resolve) => {
      this.waiting.set(id, resolve);
      this.child.send({ id, before, sql } satisfies EngineRequest);
    });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.bytes ?? new Uint8Array();
  }

  /** Rows of a query. */
  async rows<Row>(sql: string, before: readonly string[] = []): Promise<Row[]> {
    const text = Buffer.from(await this.run(`${sql} FORMAT JSONEachRow`, before)).toString('utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
  }

  /** @param signal SIGKILL: as a crash */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
