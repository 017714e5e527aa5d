/** The page: files that `npm run build` makes, without data of anyone. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the page is built. */
export const WEB_FILES = fileURLToPath(new URL('../../../web/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** Folders and a name, none of which begins with a dot. */
const PATH = /^(?:\/[\w-][\w.-]*)+$/;

export interface StaticFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The file of a path; undefined: there is none. */
export async function staticFile(directory: string, path: string): Promise<StaticFile | undefined> {
  const name = path === '/' ? '/index.html' : path;
  const type = TYPES[extname(name)];
  if (type === undefined || !PATH.test(name)) return undefined;
  try {
    return { type, body: new Uint8Array(await readFile(join(directory, name))) };
  } catch {
    return undefined;
  }
}
