/** A process of its own with ClickHouse's engine: its time zone has to be UTC, it holds one directory, and a test may kill it. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Session {
  queryAsync(sql: string, options: { format?: string }): Promise<{ bytes(): Uint8Array }>;
  close(): void;
}

export interface EngineRequest {
  readonly id: number;
  /** Statements that the same session runs before. */
  readonly before: readonly string[];
  readonly sql: string;
}

export interface EngineAnswer {
  readonly id: number;
  readonly bytes?: Uint8Array;
  readonly error?: string;
}

const [directory = '', path = ''] = process.argv.slice(2);
const { Session } = createRequire(join(directory, 'package.json'))('chdb') as {
  readonly Session: new (path: string) => Session;
};
/** The engine lives while there is a session. */
const sessions = [new Session(path)];

process.on('message', (request: EngineRequest) => void answer(request));
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0 } satisfies EngineAnswer);

/** A session has the settings and parameters of one request. */
async function answer({ id, before, sql }: EngineRequest): Promise<void> {
  const session = new Session(path);
  sessions.push(session);
  try {
    for (const statement of before) await session.queryAsync(statement, {});
    const result = await session.queryAsync(sql, {});
    process.send?.({ id, bytes: result.bytes() } satisfies EngineAnswer);
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) } satisfies EngineAnswer);
  } finally {
    sessions.splice(sessions.indexOf(session), 1);
    session.close();
  }
}
