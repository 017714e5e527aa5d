/** The page of a made history in a browser, for tests. */
import { equal } from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser, pageUrl, requireBrowser } from '../../lab/browser.js';
import { connectionOf, usAt, type Written, writeHistory } from '../../lab/history.js';
import { newDatabases } from '../../lab/new-databases.js';
import { Served } from '../../lab/served.js';

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** To be called in a `describe`: the history is served, and its tests open pages of it, which fail at errors in the page. */
export function shownPages(written: () => Written) {
  const databases = newDatabases();
  let browser: Browser;
  let served: Served;
  let path: string;
  const errors: string[] = [];
  before(async function () {
    this.timeout(120_000);
    requireBrowser(this);
    path = databases();
    writeHistory(path, written());
    served = await Served.start(path);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await served?.[Symbol.asyncDispose]();
    if (path !== undefined) rmSync(path, { force: true });
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    equal(errors.splice(0).join('\n'), '');
  });
  return {
    /** A page with its rows, in a browser context of its own. */
    async open(search = '', options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({ viewport: DESKTOP, timezoneId: 'UTC', ...options });
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(String(error.stack)));
      page.on('console', (message) => {
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) errors.push(message.text());
      });
      await page.goto(pageUrl(served, search));
      await page.locator('.lane-row:not(.is-waiting)').first().waitFor();
      return page;
    },
    get served(): Served {
      return served;
    },
    get path(): string {
      return path;
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
