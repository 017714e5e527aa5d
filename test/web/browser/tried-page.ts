import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { requireChromium, TestBrowser } from '../../lab/chromium.js';
import { writePageHistory } from '../../lab/page-history.js';
import { Served } from '../../lab/served.js';
import { Stage } from '../../lab/stage.js';

/** The page of the small history, in a browser. */
export interface TriedPage {
  readonly server: Served;
  readonly browser: TestBrowser;
  /** Opens a view, and waits until its troubles are known. */
  open(search?: string, options?: Parameters<TestBrowser['page']>[0]): Promise<Page>;
}

interface Made {
  readonly server: Served;
  readonly browser: TestBrowser;
}

/** One server and one browser for all files that use them: to start them takes longer than most tests. */
const stage = new Stage();
let making: Promise<Made> | undefined;

async function make(): Promise<Made> {
  const path = join(await stage.directory(), 'page.db');
  writePageHistory(path);
  return {
    server: stage.use(await Served.startBeside(path)),
    browser: stage.use(await TestBrowser.start()),
  };
}

after(() => stage[Symbol.asyncDispose]());

/** To be called in a `describe`, for its tests. None may leave an error in the browser. */
export function triedPage(): TriedPage {
  let made: Made | undefined;
  before(async function () {
    requireChromium(this);
    making ??= make();
    made = await making;
  });
  afterEach(async () => {
    await made?.browser.closePages();
    deepEqual(made?.browser.errors.splice(0) ?? [], []);
  });
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
      await page.goto(server.urlOf(search));
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
