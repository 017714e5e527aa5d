/** Debian's Chromium without a window. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { missing } from './privileges.js';
import type { Served } from './served.js';

const CHROMIUM = '/usr/bin/chromium';

/** For tests of the page. Call it in a `before` or `it` written as a function. */
export function requireBrowser(context: Mocha.Context): void {
  if (!existsSync(CHROMIUM)) missing(context, `needs ${CHROMIUM} (scripts/setup.sh test installs it)`);
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** The address of the page with such a query string, and the token. */
export function pageUrl({ url }: Served, search: string): string {
  const [page = '', token = ''] = url.split('#');
  return `${page}${search}#${token}`;
}
