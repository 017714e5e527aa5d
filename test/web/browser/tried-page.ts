import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { requireChromium, TestBrowser } from '../../lab/chromium.js';
import { writePageHistory } from '../../lab/page-history.js';
import { PageServer } from '../../lab/page-server.js';
import { Stage } from '../../lab/stage.js';

/** The page of the small history, in a browser. */
export interface TriedPage {
  readonly server: PageServer;
  readonly browser: TestBrowser;
  /** Opens a view, and waits until its troubles are known. */
  open(search?: string, options?: Parameters<TestBrowser['page']>[0]): Promise<Page>;
}

/** Sets it up for the tests of the `describe` that calls this, and ends it after them. No test may leave an error in the browser. */
export function triedPage(): TriedPage {
  const stage = new Stage();
  let made: { readonly server: PageServer; readonly browser: TestBrowser } | undefined;
  before(async function () {
    requireChromium(this);
    const path = join(await stage.directory(), 'page.db');
    writePageHistory(path);
    made = {
      server: stage.use(await PageServer.start(path)),
      browser: stage.use(await TestBrowser.start()),
    };
  });
  afterEach(() => deepEqual(made?.browser.errors.splice(0) ?? [], []));
  after(() => stage[Symbol.asyncDispose]());
  const need = () => {
    if (made === undefined) throw new Error('it is there in tests only');
    return made;
  };
  return {
    get server() {
      return need().server;
    },
    get browser() {
      return need().browser;
    },
    async open(search = '', options = {}) {
      const { server, browser } = need();
      const page = await browser.page(options);
      await page.goto(server.at(search));
      if (!search.includes('view=sql')) await page.waitForSelector('.troubles:not([aria-busy="true"])');
      return page;
    },
  };
}

/** The filter in the address. */
export function filterOf(page: Page): string | null {
  return new URL(page.url()).searchParams.get('filter');
}

export function filterBox(page: Page) {
  return page.getByRole('combobox', { name: /^Filter/ });
}
