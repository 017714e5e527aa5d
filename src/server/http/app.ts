/** The routes of the server. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { SstoryError } from '../../model/error.js';
import { METRICS_CONTENT_TYPE } from '../../view/prometheus/exposition.js';
import { failedAnswer } from '../failure.js';
import type { HistoryDesks } from '../history-desks.js';
import type { MetricsDesk } from '../metrics/metrics-desk.js';
import { ApiDocument } from '../openapi/api-document.js';
import type { Followers } from '../stream/followers.js';
import { answerRoute, failed, type Kind } from './answer-route.js';
import type { Guard, RequestHeaders } from './guard.js';
import { JSON_TYPE } from './media-types.js';
import { pageRoute } from './page-route.js';
import { sqlRoute } from './sql-route.js';
import { StaticFiles } from './static-files.js';
import { streamRoute } from './stream-route.js';
import { traceRoute } from './trace-route.js';

/** Of one database, or of a fleet. */
export interface AnswerSource {
  /** What answers a request. */
  readonly desksOf: (c: Context) => HistoryDesks | Promise<HistoryDesks>;
  /** What answers it without a database; undefined: `desksOf` has it. */
  readonly ownAnswer?: (c: Context, route: string, kind: Kind) => Promise<Response> | undefined;
  /** What a person should know about an answer of `desksOf`, and its database does not show. */
  readonly notesOf?: (c: Context, route: string) => Promise<readonly string[]>;
  /** Undefined: it has no live stream, or no metrics. */
  readonly followers: Followers | undefined;
  readonly metrics: MetricsDesk | undefined;
  /** A page is being loaded. */
  readonly warm: () => void;
}

export interface AppOptions {
  readonly guard: Guard;
  readonly source: AnswerSource;
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
export function serverApp({ guard, source, webFiles }: AppOptions): Hono {
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
    if (source.metrics === undefined) return failed(failedAnswer(noMetrics()), c);
    const scraped = await source.metrics.scrape();
    return scraped.kind === 'text'
      ? c.body(scraped.text, 200, { 'Content-Type': METRICS_CONTENT_TYPE })
      : failed(scraped, c);
  });
  const answered =
    (route: string, kind: Kind = 'whole') =>
    async (c: Context) => {
      const own = source.ownAnswer?.(c, route, kind);
      if (own !== undefined) return await own;
      const [{ quick, slow }, notes] = await Promise.all([source.desksOf(c), source.notesOf?.(c, route) ?? []]);
      const parameters = { ...c.req.query(), ...c.req.param() };
      return await answerRoute(c, kind === 'lines' ? slow : quick, { route, parameters, notes }, kind);
    };
  for (const route of ['info', 'overview', 'timeline', 'ss', 'diff', 'log', 'schema', 'complete'])
    app.get(`/api/${route}`, answered(route));
  app.get('/api/connection/:id{[0-9]+}', answered('connection'));
  app.get('/api/explain', answered('explain', 'lines'));
  app.get('/api/basis', (c) =>
    source.ownAnswer === undefined ? failed(failedAnswer(noFleet()), c) : answered('basis')(c),
  );
  app.get('/api/openapi.json', async (c) => c.body(await document.text(), 200, { 'Content-Type': JSON_TYPE }));
  app.post('/api/sql', async (c) => sqlRoute(c, (await source.desksOf(c)).sql));
  app.get('/api/stream', (c) =>
    source.followers === undefined ? failed(failedAnswer(noStream()), c) : streamRoute(c, source.followers),
  );
  app.get('/api/perfetto', async (c) => traceRoute(c, (await source.desksOf(c)).traces));
  app.all('/api/*', (c) =>
    failed({ status: 404, body: { error: { code: 'no-route', message: 'no such request' } } }, c),
  );
  app.get('*', async (c) => {
    if (c.req.path === '/') source.warm();
    return await pageRoute(c, files);
  });
  app.onError((error, c) => failed(failedAnswer(error), c));
  return app;
}

const noMetrics = () =>
  new SstoryError('no-metrics', 'over a fleet, metrics are not answered here', { hint: 'scrape the hosts themselves' });
const noFleet = () =>
  new SstoryError('no-fleet', 'this server answers about one database: only a fleet has a basis', {
    hint: '`sstory serve --fleet URL` answers about many hosts',
  });
const noStream = () =>
  new SstoryError('no-stream', 'a fleet has no live stream: its hosts send every 10 seconds', {
    hint: '`sstory serve` on the host has one',
  });

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
