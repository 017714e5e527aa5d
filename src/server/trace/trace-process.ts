/**
 * Writes one Perfetto trace to its standard output, a pipe: it writes no faster than the other end reads. Started by TraceDesk with the
 * path of the database; the parameters of the request come as a message, and whether they are valid goes back before the first byte.
 */
import { writeSync } from 'node:fs';
import type { HistoryFilter } from '../../query/history-filter.js';
import { openForReading } from '../../store/database.js';
import { dieWithParent } from '../../sys/parent-death.js';
import { perfettoTrace } from '../../view/perfetto/trace.js';
import { Asked } from '../answers/asked.js';
import { failedAnswer } from '../failure.js';
import { Query } from '../query.js';
import { Remembered } from '../remembered.js';
import type { TraceReply, TraceRequest } from './trace-desk.js';

const STDOUT = 1;

async function write({ parameters, slice }: TraceRequest): Promise<void> {
  const [file = ''] = process.argv.slice(2);
  let pieces: Iterable<Uint8Array>;
  try {
    const database = openForReading(file);
    const asked = new Asked(database, slice?.host ?? file, new Query(parameters, slice), new Remembered(database));
    const isWhole = parameters['from'] === undefined && parameters['to'] === undefined;
    const window = asked.window();
    const filter: HistoryFilter | undefined = await asked.filter(window);
    pieces = perfettoTrace(database, isWhole ? undefined : window, filter);
    await send({ kind: 'begun' });
  } catch (error) {
    await send({ kind: 'failed', ...failedAnswer(error) });
    process.exit(0);
  }
  for (const piece of pieces) writeAll(piece);
  process.exit(0);
}

/** Blocks until the reader has room: nothing else is to be done meanwhile. */
function writeAll(piece: Uint8Array): void {
  for (let at = 0; at < piece.length; ) at += writeSync(STDOUT, piece, at);
}

function send(reply: TraceReply): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(reply, undefined, undefined, () => resolve());
  });
}

dieWithParent();
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
process.once('message', (request: TraceRequest) => void write(request));
