import { Readable } from 'node:stream';
import type { Context } from 'hono';
import type { TraceDesk } from '../trace/trace-desk.js';
import { BYTES } from './media-types.js';

/**
 * Answers GET /api/perfetto, as fast as the client reads.
 * @throws SstoryError `busy`
 */
export async function traceRoute(c: Context, desk: TraceDesk): Promise<Response> {
  const trace = await desk.trace(c.req.query(), c.req.raw.signal);
  if (!(trace instanceof Readable)) return c.json(trace.body, trace.status);
  return c.body(Readable.toWeb(trace) as ReadableStream<Uint8Array>, 200, {
    ...{ 'Content-Type': BYTES, 'Content-Disposition': 'attachment; filename="sstory.pftrace"' },
  });
}
