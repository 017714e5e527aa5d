/** The page: files that the build makes, without data of anyone. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Where the page is built. */
export const WEB_FILES = fileURLToPath(new URL('../../../web/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};
const COMPRESSED = /^(?:text|image\/svg|application)/;

/** Folders and a name, none of which begins with a dot. */
const PATH = /^(?:\/[\w-][\w.-]*)+$/;

export interface StaticFile {
  readonly type: string;
  /** Of its content, for If-None-Match. */
  readonly tag: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The same compressed; undefined where that does not pay. */
  readonly gzipped: Uint8Array<ArrayBuffer> | undefined;
}

/** The files of a folder, each kept in memory as long as it is the same: there are few. */
export class StaticFiles {
  private readonly known = new Map<string, { readonly version: string; readonly file: StaticFile }>();

  constructor(private readonly directory: string) {}

  /** The file of a path; undefined: there is none. */
  async file(path: string): Promise<StaticFile | undefined> {
    const name = path === '/' ? '/index.html' : path;
    const type = TYPES[extname(name)];
    if (type === undefined || !PATH.test(name)) return undefined;
    const full = join(this.directory, name);
    const stats = await stat(full).catch(() => undefined);
    if (stats?.isFile() !== true) return undefined;
    const version = `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    const known = this.known.get(name);
    if (known?.version === version) return known.file;
    const file = await read(full, type);
    this.known.set(name, { version, file });
    return file;
  }
}

async function read(path: string, type: string): Promise<StaticFile> {
  const body = new Uint8Array(await readFile(path));
  const gzipped = COMPRESSED.test(type) ? new Uint8Array(await promisify(gzip)(body, { level: 9 })) : undefined;
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  return { type, tag, body, gzipped: gzipped !== undefined && gzipped.length < body.length ? gzipped : undefined };
}
