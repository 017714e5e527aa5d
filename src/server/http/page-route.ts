import type { Context } from 'hono';
import type { StaticFile, StaticFiles } from './static-files.js';

const NOT_BUILT = 'The page is not built: npm run build makes it. The API is at /api.\n';

/** Answers with a file of the page: compressed where the browser takes that, and without its content where it has it. */
export async function pageRoute(c: Context, files: StaticFiles): Promise<Response> {
  const file = await files.file(c.req.path);
  if (file === undefined) return c.req.path === '/' ? c.text(NOT_BUILT, 503) : c.text('not found\n', 404);
  // Asked for again at each load: a new version is shown at once.
  const headers = { 'Cache-Control': 'no-cache', ETag: file.tag, Vary: 'Accept-Encoding' };
  if (c.req.header('If-None-Match') === file.tag) return c.body(null, 304, headers);
  return sent(c, file, { ...headers, 'Content-Type': file.type });
}

function sent(c: Context, { body, gzipped }: StaticFile, headers: Record<string, string>): Response {
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(c.req.header('Accept-Encoding') ?? '');
  if (gzipped === undefined || !takesGzip) return c.body(body, 200, headers);
  return c.body(gzipped, 200, { ...headers, 'Content-Encoding': 'gzip' });
}
