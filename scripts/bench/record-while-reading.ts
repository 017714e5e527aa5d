/** A recorder beside a query that reads a whole table. */
import { copyFileSync } from 'node:fs';
import { execa } from 'execa';
import { Database } from '../../src/store/sqlite.js';
import { CHURN } from '../../test/lab/churn.js';
import { Recorder } from '../../test/lab/sstory.js';
import { inNewNetns } from './programs.js';

const RATE = 2_000;
const CONNECTIONS = 20_000;
const READER = `
    const database = new Database(process.argv[1], { readonly: true });
  const query = database.prepare('SELECT count(*), sum(length(path)), max(remote_addr) FROM socket');
  let queries = 0;
  process.on('SIGTERM', () => { process.stdout.write(String(queries)); process.exit(0); });
  const again = () => { query.get(); queries++; setImmediate(again); };
  again();`;

/** Records churn into a copy of the database while its whole table is read: the result, in one line. */
export async function recordWhileReading(source: string, path: string): Promise<string> {
  copyFileSync(source, path);
  const recorder = await Recorder.start(path, '--source', 'bpf', '--no-names');
  const startedUs = Date.now() * 1000;
  const reader = execa(process.execPath, ['--input-type=module', '-e', READER, path], { reject: false });
  await execa(...inNewNetns(CHURN, CONNECTIONS, RATE));
  reader.kill('SIGTERM');
  const { stdout: queries } = await reader;
  await recorder.stop();
  const database = new Database(path, { readonly: true });
  const read = (sql: string) => database.prepare(sql).pluck().get(startedUs) as number;
  const transitions = read(
    `SELECT sum(json_array_length(path)) FROM socket WHERE life_class >= 0 AND id > (SELECT max(id) - ${CONNECTIONS * 3} FROM socket) AND opened_us > ?`,
  );
  const gaps = read("SELECT count(*) FROM gaps WHERE to_us > ? AND reason IN ('sequence', 'overrun', 'tracer')");
  database.close();
  return `recorded ${transitions} transitions at ${RATE} connections/s while the whole table was read ${queries} times: ${gaps} gaps`;
}
