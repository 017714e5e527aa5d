/** The routes of the server. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { METRICS_CONTENT_TYPE } from '../../view/prometheus/exposition.js';
import { failedAnswer } from '../failure.js';
import type { MetricsDesk } from '../metrics/metrics-desk.js';
import { ApiDocument } from '../openapi/api-document.js';
import type { AnswerPool } from '../pool/answer-pool.js';
import type { Question } from '../pool/messages.js';
import type { SqlDesk } from '../sql/sql-desk.js';
import type { Followers } from '../stream/followers.js';
import type { TraceDesk } from '../trace/trace-desk.js';
import { answerRoute, failed } from './answer-route.js';
import type { Guard, RequestHeaders } from './guard.js';
import { JSON_TYPE } from './media-types.js';
import { pageRoute } from './page-route.js';
import { sqlRoute } from './sql-route.js';
import { StaticFiles } from './static-files.js';
import { streamRoute } from './stream-route.js';
import { traceRoute } from './trace-route.js';

export interface AppOptions {
  readonly guard: Guard;
  /** Answers within a second, as a rule. */
  readonly quick: AnswerPool;
  /** For explanations. */
  readonly slow: AnswerPool;
  readonly sql: SqlDesk;
  readonly followers: Followers;
  readonly metrics: MetricsDesk;
  readonly traces: TraceDesk;
  /** Where the page is. */
  readonly webFiles: string;
}

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
};

/** Makes the app. */
export function serverApp({ guard, quick, slow, sql, followers, metrics, traces, webFiles }: AppOptions): Hono {
  const app = new Hono();
  const files = new StaticFiles(webFiles);
  const document = new ApiDocument();
  app.use(async (c, next) => {
    const why = guard.misdirected(headersOf(c));
    if (why !== undefined) c.res = c.text(`${why}\n`, 403);
    else await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  });
  app.get('/healthz', (c) => c.text('ok\n', 200, { 'Cache-Control': 'no-store' }));
  const known: MiddlewareHandler = async (c, next) => {
    const headers = headersOf(c);
    const why = guard.foreign(headers);
    if (why !== undefined) return c.text(`${why}\n`, 403);
    if (!guard.isKnown(headers)) return c.json(UNAUTHORIZED, 401, { 'WWW-Authenticate': 'Bearer' });
    // It would do the work of a GET, and leave a stream without a reader.
    if (c.req.method === 'HEAD') return c.body(null, 405, { Allow: 'GET' });
    await next();
    c.res.headers.set('Cache-Control', 'no-store');
    return undefined;
  };
  app.use('/api/*', known);
  app.use('/metrics', known);
  app.get('/metrics', async (c) => {
    const scraped = await metrics.scrape();
    return scraped.kind === 'text'
      ? c.body(scraped.text, 200, { 'Content-Type': METRICS_CONTENT_TYPE })
      : failed(scraped, c);
  });
  for (const route of ['info', 'overview', 'timeline', 'ss', 'diff', 'log', 'schema', 'complete'])
    app.get(`/api/${route}`, (c) => answerRoute(c, quick, { route, parameters: c.req.query() }));
  app.get('/api/connection/:id{[0-9]+}', (c) =>
    answerRoute(c, quick, { route: 'connection', parameters: { ...c.req.query(), id: c.req.param('id') } }),
  );
  app.get('/api/explain', (c) => answerRoute(c, slow, { route: 'explain', parameters: c.req.query() }, 'lines'));
  app.get('/api/openapi.json', async (c) => c.body(await document.text(), 200, { 'Content-Type': JSON_TYPE }));
  app.post('/api/sql', (c) => sqlRoute(c, sql));
  app.get('/api/stream', (c) => streamRoute(c, followers));
  app.get('/api/perfetto', (c) => traceRoute(c, traces));
  app.all('/api/*', (c) =>
    failed({ status: 404, body: { error: { code: 'no-route', message: 'no such request' } } }, c),
  );
  app.get('*', async (c) => {
    if (c.req.path === '/') {
      quick.warm(PREPARE);
      slow.warm(OPEN);
    }
    return await pageRoute(c, files);
  });
  app.onError((error, c) => failed(failedAnswer(error), c));
  return app;
}

/** What the page asks first, and what every answer needs. */
export const PREPARE: Question = { route: 'prepare', parameters: {} };
const OPEN: Question = { route: 'info', parameters: {} };

const UNAUTHORIZED = {
  error: {
    code: 'no-token',
    message: 'the token is missing or wrong',
    hint: 'open the address that sstory serve printed; sstory url prints it again',
  },
};

function headersOf(c: Context): RequestHeaders {
  return {
    host: c.req.header('Host'),
    origin: c.req.header('Origin'),
    site: c.req.header('Sec-Fetch-Site'),
    authorization: c.req.header('Authorization'),
  };
}
