import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { databaseSource } from '../../src/server/database-source.js';
import { serverApp } from '../../src/server/http/app.js';
import { Guard } from '../../src/server/http/guard.js';
import { StaticFiles } from '../../src/server/http/static-files.js';
import { Stage } from '../lab/stage.js';

const SCRIPT = 'export const a = 1;\n'.repeat(200);

describe('the files of the page', () => {
  const stage = new Stage();
  let directory: string;
  const source = databaseSource({ file: '/none.db' });
  before(async () => {
    directory = await stage.directory();
    await mkdir(join(directory, 'assets'));
    await writeFile(join(directory, 'index.html'), '<!doctype html>');
    await writeFile(join(directory, 'assets/a-1.js'), SCRIPT);
    await writeFile(join(directory, 'secret.txt'), '1');
    await writeFile(join(directory, '.hidden.js'), '1');
  });
  after(async () => {
    source.end();
    await stage[Symbol.asyncDispose]();
  });

  const request = (path: string, headers: Record<string, string> = {}, webFiles = directory) => {
    const app = serverApp({ guard: new Guard({ token: 't', hosts: [] }), source, webFiles });
    return app.request(path, { headers: { Host: '127.0.0.1', ...headers } });
  };

  it('are those of a folder, by their names', async () => {
    const files = new StaticFiles(directory);
    equal((await files.file('/'))?.type, 'text/html; charset=utf-8');
    equal((await files.file('/assets/a-1.js'))?.body.length, SCRIPT.length);
    const none = [
      '/secret.txt',
      '/.hidden.js',
      '/assets',
      '/assets/',
      '/../x.js',
      '/assets/../index.html',
      '/nothing.js',
    ];
    for (const path of none) equal(await files.file(path), undefined, path);
  });

  it('are sent compressed to those who take that', async () => {
    const plain = await request('/assets/a-1.js');
    deepEqual([plain.status, plain.headers.get('Content-Encoding'), await plain.text()], [200, null, SCRIPT]);
    const gzipped = await request('/assets/a-1.js', { 'Accept-Encoding': 'br, gzip;q=0.8' });
    equal(gzipped.headers.get('Content-Encoding'), 'gzip');
    equal(gunzipSync(new Uint8Array(await gzipped.arrayBuffer())).toString(), SCRIPT);
    equal((await request('/assets/a-1.js', { 'Accept-Encoding': 'gzip;q=0' })).headers.get('Content-Encoding'), null);
  });

  it('are not sent again while they are the same', async () => {
    const first = await request('/');
    const tag = first.headers.get('ETag') ?? '';
    match(tag, /^"[\w-]{27}"$/);
    const again = await request('/', { 'If-None-Match': tag });
    deepEqual([again.status, await again.text()], [304, '']);
    await writeFile(join(directory, 'index.html'), '<!doctype html><title>2</title>');
    equal((await request('/', { 'If-None-Match': tag })).status, 200);
  });

  it('say where there are none', async () => {
    const response = await request('/', {}, join(directory, 'nothing'));
    equal(response.status, 503);
    match(await response.text(), /The page is not built/);
    ok((response.headers.get('Content-Security-Policy') ?? '').startsWith("default-src 'self'"));
  });
});
