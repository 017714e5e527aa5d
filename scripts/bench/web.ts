/**
 * How fast the page of `sstory serve` is with many connections in its range. In headless Chromium, which draws in software.
 *
 *     node dist/scripts/bench/web.js [--connections 100000] [--db FILE] [--keep]
 *
 * The database is made in the directory for temporary files unless --db names one that is there; it is removed afterwards unless
 * --keep.
 */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Info } from '../../src/server/contract.js';
import { TestBrowser } from '../../test/lab/chromium.js';
import { Served } from '../../test/lab/served.js';
import { median, say } from './figures.js';
import { historyArguments } from './history-arguments.js';
import { longHistory, writeLongHistory } from './long-history.js';
import { TemporaryDirectory } from './temporary-directory.js';

const VIEWPORT = { width: 1280, height: 1240 };
const OF_THE_ISSUE = { width: 1280, height: 800 };
const ROUNDS = 5;
/** No one opens the address before it is read, milliseconds. */
const OPENED_AFTER_MS = 2_000;
const DRAGS = 120;

/** Runs in the page before its scripts: when rows are first drawn, and every frame. */
const WATCH = `
  window.benchFrames = [];
  const frame = (at) => { window.benchFrames.push(at); requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  const look = () => {
    if (document.querySelector('.lane-row:not(.is-waiting)') === null) return requestAnimationFrame(look);
    requestAnimationFrame(() => { window.benchPainted = performance.now(); });
  };
  requestAnimationFrame(look);
`;

interface Frames {
  readonly perSecond: number;
  readonly longestMs: number;
}

async function framesDuring(page: Page, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate('window.benchFrames.length = 0');
  await act();
  const at = await page.evaluate<number[]>('window.benchFrames.slice()');
  const gaps = at.slice(1).map((each, index) => each - (at[index] ?? each));
  const lastedMs = (at.at(-1) ?? 0) - (at[0] ?? 0);
  return { perSecond: ((at.length - 1) / lastedMs) * 1000, longestMs: Math.max(...gaps) };
}

function framesLine(name: string, { perSecond, longestMs }: Frames): string {
  return `${name.padEnd(36)} ${perSecond.toFixed(0).padStart(8)}/s   longest ${longestMs.toFixed(0)} ms`;
}

/** The end of the first answer with lanes to the frame that shows them. */
async function firstPaintMs(page: Page): Promise<number> {
  await page.locator('.lane-row:not(.is-waiting)').first().waitFor();
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  return page.evaluate<number>(`
    window.benchPainted - performance.getEntriesByType('resource')
      .filter(({ name }) => name.includes('/api/timeline')).map(({ responseEnd }) => responseEnd)[0]
  `);
}

async function measurePage(served: Served): Promise<void> {
  await using browser = await TestBrowser.start();
  const page = await browser.page({ viewport: OF_THE_ISSUE });
  await page.addInitScript(WATCH);
  const paints: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.goto('about:blank');
    await page.goto(served.url);
    paints.push(await firstPaintMs(page));
  }
  say(`${'answer to first paint'.padEnd(36)} ${median(paints).toFixed(0).padStart(8)} ms`);
  // So high that 40 rows are visible.
  await page.setViewportSize(VIEWPORT);
  const lanes = await page.locator('.lanes-scroll').boundingBox();
  if (lanes === null) throw new Error('the page has no lanes');
  const [x, y] = [lanes.x + lanes.width * 0.8, lanes.y + lanes.height / 2];
  say(`rows visible: ${Math.floor(lanes.height / 24)}`);
  await page.mouse.move(x, y);
  const wheel = async (deltaY: number, keys: readonly 'Control'[] = []) => {
    for (const key of keys) await page.keyboard.down(key);
    for (let turn = 0; turn < DRAGS; turn++) await page.mouse.wheel(0, deltaY);
    for (const key of keys) await page.keyboard.up(key);
  };
  say(framesLine('zooming in', await framesDuring(page, () => wheel(-10, ['Control']))));
  await page.waitForLoadState('networkidle');
  say(framesLine('panning', await framesDuring(page, () => drag(page, x, y))));
  await page.waitForLoadState('networkidle');
  say(framesLine('zooming out', await framesDuring(page, () => wheel(10, ['Control']))));
  await page.waitForLoadState('networkidle');
  say(framesLine('scrolling', await framesDuring(page, () => wheel(480))));
  await page.waitForLoadState('networkidle');
  say(framesLine('scrolling through all by its bar', await framesDuring(page, () => jump(page))));
}

async function drag(page: Page, x: number, y: number): Promise<void> {
  await page.mouse.down();
  for (let step = 0; step < DRAGS; step++) await page.mouse.move(x - 2 * step, y);
  for (let step = DRAGS; step > 0; step--) await page.mouse.move(x - 2 * step, y);
  await page.mouse.up();
}

async function jump(page: Page): Promise<void> {
  for (let step = 0; step < DRAGS; step++) {
    await page.evaluate(`{
      const rows = document.querySelector('.lanes-scroll');
      rows.scrollTop = (rows.scrollHeight * ${step}) / ${DRAGS};
    }`);
  }
}

/** Each route, asked for the whole recording: the first time, and when the server has seen it. */
async function measureAnswers(served: Served): Promise<void> {
  const { span } = await served.json<Info>('/api/info');
  if (span === null) throw new Error('nothing is recorded');
  const range = `from=${Math.floor(span.from_us)}&to=${Math.ceil(span.to_us)}`;
  const middle = Math.round((span.from_us + span.to_us) / 2);
  const id = 50_000;
  const routes = [
    'info',
    `overview?${range}&buckets=400`,
    `timeline?${range}&width=700&limit=100`,
    `timeline?${range}&width=700&limit=100&offset=60000`,
    `timeline?${range}&width=700&limit=100&sort=duration`,
    `timeline?${range}&width=700&limit=1000&group=process`,
    `timeline?${range}&width=700&limit=1000&group=peer`,
    `timeline?from=${middle}&to=${Math.ceil(span.to_us)}&width=700&limit=100`,
    `ss?at=${middle}&text=1`,
    `diff?first=${middle}&second=${middle + 60e6}`,
    `connection/${id}`,
    `log?${range}&limit=1000`,
    `complete?${range}&filter=${encodeURIComponent('comm = ')}&caret=7`,
  ];
  say(`${'answer'.padEnd(36)}    first     then`);
  for (const route of routes) {
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const start = performance.now();
      await served.json(`/api/${route}`);
      times.push(performance.now() - start);
    }
    const [first = Number.NaN, ...then] = times;
    const name = route.replaceAll(/(from|to|at|first|second|caret)=\d+&?/g, '').replace('width=700&', '');
    say(`${name.padEnd(36)} ${first.toFixed(0).padStart(5)} ms ${median(then).toFixed(0).padStart(5)} ms`);
  }
}

const { connections, db, keep } = historyArguments({ connections: 100_000 });
using directory = new TemporaryDirectory();
if (keep && db === undefined) directory.keep();
const path = db ?? directory.file('web.db');
if (!existsSync(path)) writeLongHistory(path, longHistory(connections));
{
  await using served = await Served.start(path);
  await delay(OPENED_AFTER_MS);
  await measureAnswers(served);
  await measurePage(served);
}
if (keep) say(`kept: ${path}`);
