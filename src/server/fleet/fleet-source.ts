/** Answers about a fleet. */
import type { Context } from 'hono';
import type { RunningSource } from '../database-source.js';
import type { Kind } from '../http/answer-route.js';
import { CSV_TYPE, JSON_LINES, JSON_TYPE } from '../http/media-types.js';
import { TextStream } from '../http/text-stream.js';
import type { FleetDesk } from './fleet-desk.js';

export function fleetSource(desk: FleetDesk): RunningSource {
  return {
    desksOf: (c) => desk.desksOf(c.req.query(), c.req.raw.signal),
    notesOf: (c, route) => desk.notesOf(route, c.req.query(), c.req.raw.signal),
    ownAnswer: (c, route, kind) => {
      const own = desk.ownAnswer(route, c.req.query());
      return own && ownRoute(c, route, kind, desk.answer(own, c.req.query(), c.req.raw.signal));
    },
    ...{ followers: undefined, metrics: undefined },
    begin: () => undefined,
    warm: () => undefined,
    end: () => desk.close(),
    ended: () => desk.closed(),
  };
}

/** Sends an answer as fast as it is read. */
async function ownRoute(c: Context, route: string, kind: Kind, answer: Promise<Iterable<string>>): Promise<Response> {
  const texts = await answer;
  const isCsv = c.req.query('format') === 'csv';
  const stream = new TextStream(c.req.raw.signal);
  const run = async () => {
    for (const text of texts) {
      if (stream.gone.signal.aborted) return;
      stream.put(text);
      await stream.room();
    }
    stream.end();
  };
  void run();
  return c.body(stream.body, 200, {
    'Content-Type': isCsv ? CSV_TYPE : kind === 'lines' ? JSON_LINES : JSON_TYPE,
    ...(isCsv ? { 'Content-Disposition': `attachment; filename="sstory-${route}.csv"` } : {}),
  });
}
