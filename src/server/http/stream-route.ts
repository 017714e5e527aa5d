import type { Context } from 'hono';
import type { Followers } from '../stream/followers.js';
import { EVENT_STREAM } from './media-types.js';
import { TextStream } from './text-stream.js';

/**
 * Answers GET /api/stream: the client receives what its queue has, when it can take it.
 * @throws SstoryError `busy`
 */
export async function streamRoute(c: Context, followers: Followers): Promise<Response> {
  const stream = new TextStream(c.req.raw.signal);
  const client = await followers.join(c.req.query());
  if ('status' in client) return c.json(client.body, client.status);
  stream.gone.signal.addEventListener('abort', () => client.leave(), { once: true });
  if (stream.gone.signal.aborted) client.leave();
  const run = async () => {
    // An answer without a byte is not passed on by every proxy.
    stream.put(': following\n\n');
    while (!client.isEnded && !stream.gone.signal.aborted) {
      await client.ready();
      await stream.room();
      if (!client.queue.isEmpty) stream.put(client.queue.take());
    }
    stream.end();
  };
  void run();
  return c.body(stream.body, 200, { 'Content-Type': EVENT_STREAM, 'X-Accel-Buffering': 'no' });
}
