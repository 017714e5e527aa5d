/** The page of a made history in a browser, for tests. */
import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { requireChromium, TestBrowser } from '../../lab/chromium.js';
import { connectionOf, usAt, type Written, writeHistory } from '../../lab/history.js';
import { Served } from '../../lab/served.js';
import { Stage } from '../../lab/stage.js';

export const PHONE = { width: 390, height: 844 };

/** To be called in a `describe`: a browser for its tests. None may leave an error in it. */
export function sharedBrowser(): () => TestBrowser {
  let browser: TestBrowser | undefined;
  before(async function () {
    requireChromium(this);
    browser = await TestBrowser.start();
  });
  afterEach(async () => {
    await browser?.closePages();
    deepEqual(browser?.errors.splice(0) ?? [], []);
  });
  after(() => browser?.[Symbol.asyncDispose]());
  return () => {
    if (browser === undefined) throw new Error('it is there in tests only');
    return browser;
  };
}

/** To be called in a `describe`: opens pages of a history that is served. */
export function shownPages(browser: () => TestBrowser, written: () => Written) {
  const stage = new Stage();
  let server: Served | undefined;
  let path = '';
  before(async function () {
    this.timeout(60_000);
    path = join(await stage.directory(), 'page.db');
    writeHistory(path, written());
    server = stage.use(await Served.startBeside(path));
  });
  after(() => stage[Symbol.asyncDispose]());
  return {
    /** The words of a command that the page shows, for the file of these tests. */
    wordsOf: (command: string): string[] =>
      command
        .split(' ')
        .slice(1)
        .map((word) => (word.endsWith('page.db') ? path : word)),
    /** A page with its rows and troubles, in a browser context of its own. */
    async open(search = '', options: BrowserContextOptions = {}): Promise<Page> {
      if (server === undefined) throw new Error('it is there in tests only');
      const page = await browser().page(options);
      await page.goto(server.urlOf(search));
      await page.locator('.lane-row:not(.is-waiting)').first().waitFor();
      // They move the lanes when they come.
      await page.locator('.troubles:not([aria-busy="true"])').waitFor();
      return page;
    },
  };
}

/** 120 connections of three processes over 100 s, some of them refused, reset and left in CLOSE-WAIT; and a gap from 40 to 50 s. */
export function smallHistory(): Written {
  const connections = Array.from({ length: 120 }, (_, index) => {
    const id = index + 1;
    const at = index * 0.8;
    const more = { comm: ['java', 'nginx', 'curl'][index % 3], pid: 40 + (index % 3) };
    if (index % 20 === 3) {
      return connectionOf(
        id,
        [
          [at, 'SYN-SENT'],
          [at + 0.00006, 'UNCONN'],
        ],
        { ...more, closeReason: 'refused' },
      );
    }
    if (index % 20 === 7) {
      return connectionOf(
        id,
        [
          [at, 'SYN-SENT'],
          [at + 0.001, 'ESTAB'],
          [at + 9, 'UNCONN'],
        ],
        {
          ...more,
          closeReason: 'reset by peer',
        },
      );
    }
    if (index % 20 === 11) {
      return connectionOf(
        id,
        [
          [at, 'SYN-SENT'],
          [at + 0.001, 'ESTAB'],
          [at + 1, 'CLOSE-WAIT'],
        ],
        more,
      );
    }
    return connectionOf(
      id,
      [
        [at, 'SYN-SENT'],
        [at + 0.001, 'ESTAB'],
        [at + 4, 'FIN-WAIT-1'],
        [at + 4.1, 'UNCONN'],
      ],
      more,
    );
  });
  return { connections, gaps: [{ fromUs: usAt(40), toUs: usAt(50) }], endS: 100 };
}

/** What the address says of the selection. */
export function selectionIn(page: Page): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(page.url()).searchParams);
}
