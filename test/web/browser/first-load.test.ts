/** What the first load of the page transfers, and what it leaves for later. */
import { deepEqual, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Page, Request } from 'playwright-core';
import { triedPage } from './tried-page.js';

/** Of the issue: compressed, bytes. */
const MOST_BYTES = 150_000;
const WEB = new URL('../../../web/', import.meta.url);
/** Strings of CodeMirror's own style sheet. */
const OF_CODEMIRROR = /cm-content|cm-gutters/;

describe('the first load of the page', function () {
  this.timeout(60_000);
  const tried = triedPage();

  /** The files of the page that are loaded while it does something, with their bytes on the wire. */
  async function loadedWhile(page: Page, act: () => Promise<unknown>): Promise<Map<string, number>> {
    const requests: Request[] = [];
    page.on('requestfinished', (request) => requests.push(request));
    await act();
    await page.waitForLoadState('networkidle');
    const files = new Map<string, number>();
    for (const request of requests) {
      const { origin, pathname } = new URL(request.url());
      if (origin !== new URL(tried.server.url).origin) throw new Error(`asked ${request.url()}`);
      if (!pathname.startsWith('/api/')) files.set(pathname, (await request.sizes()).responseBodySize);
    }
    return files;
  }

  it('is less than 150 kB, compressed', async () => {
    const page = await tried.browser.page();
    const files = await loadedWhile(page, () => page.goto(tried.server.url));
    for (const name of ['/', '/page.js', '/page.css']) ok(files.has(name), `${name} of ${[...files.keys()]}`);
    const bytes = [...files.values()].reduce((sum, each) => sum + each, 0);
    ok(bytes > 20_000 && bytes < MOST_BYTES, `${bytes} bytes: ${[...files].join(' ')}`);
  });

  it('has no CodeMirror: that comes with the SQL page alone', async () => {
    const page = await tried.browser.page();
    const hasCodeMirror = (paths: Iterable<string>) =>
      [...paths].some(
        (path) => path.endsWith('.js') && OF_CODEMIRROR.test(readFileSync(new URL(`.${path}`, WEB), 'utf8')),
      );
    const first = await loadedWhile(page, () => page.goto(tried.server.urlOf('?socket=1')));
    ok(!hasCodeMirror(first.keys()));
    const later = await loadedWhile(page, async () => {
      await page.getByRole('button', { name: 'SQL' }).click();
      await page.getByRole('textbox', { name: 'SQL statement' }).waitFor();
    });
    ok(hasCodeMirror(later.keys()), [...later.keys()].join(' '));
  });

  it('ships no source maps, and mentions none', () => {
    const names = readdirSync(WEB);
    deepEqual(
      names.filter((name) => name.endsWith('.map')),
      [],
    );
    for (const name of names.filter((each) => /\.(js|css)$/.test(each)))
      ok(!readFileSync(new URL(name, WEB), 'utf8').includes('sourceMappingURL'), name);
  });
});
