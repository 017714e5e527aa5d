/** A real browser without a window: Debian's Chromium, driven by playwright. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { missing } from './privileges.js';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const path = PATHS.find((each) => existsSync(each));

/** For tests in a browser. Call it in a `before` or `it` written as a function. */
export function requireChromium(context: Mocha.Context): void {
  if (path === undefined) missing(context, 'needs chromium (scripts/setup.sh test installs it)');
}

/** A browser of its own for some tests. */
export class TestBrowser {
  /** What pages wrote to the console as errors, and what they threw: tests expect none. Answers with an error are none. */
  readonly errors: string[] = [];

  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<TestBrowser> {
    // As root, Chromium has no sandbox; it opens nothing but what the tests serve.
    const args = ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];
    return new TestBrowser(await chromium.launch({ ...(path === undefined ? {} : { executablePath: path }), args }));
  }

  /** A page with storage of its own, as in another browser. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => this.errors.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.errors.push(message.text());
    });
    return page;
  }

  /** Ends all pages: each asks its server once a second. */
  async closePages(): Promise<void> {
    await Promise.all(this.browser.contexts().map((context) => context.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
  }
}
