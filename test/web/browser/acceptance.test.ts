/**
 * The case that sstory was made for, on the page, with the real recorder: from opening it to the explanation, by clicks alone, while
 * it happens.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { requireChromium, TestBrowser } from '../../lab/chromium.js';
import { type KafkaCase, playKafkaCase } from '../../lab/kafka-case.js';
import { PageServer } from '../../lab/page-server.js';
import { requireBpf, requireDns } from '../../lab/privileges.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

const STUCK = '10.4.1.80:9200';
const WORKING = '10.4.1.81:9200';
/** How long a transition may take from the kernel to the screen: the middle one of some. */
const VISIBLE_WITHIN_MS = 1000;
const TRIES = 5;

describe('the case that sstory was made for, on the page', function () {
  this.timeout(120_000);
  const stage = new Stage();
  let kafka: KafkaCase;
  let server: PageServer;
  let browser: TestBrowser;

  before(async function () {
    requireBpf(this);
    requireDns(this);
    requireChromium(this);
    kafka = await playKafkaCase(stage);
    server = stage.use(await PageServer.start(kafka.path));
    browser = stage.use(await TestBrowser.start());
  });
  after(() => stage[Symbol.asyncDispose]());
  afterEach(async () => {
    await browser.closePages();
    deepEqual(browser.errors.splice(0), []);
  });

  async function open(search = ''): Promise<Page> {
    const page = await browser.page();
    await page.goto(server.at(search));
    return page;
  }

  /** Of this test: the recorder sees the whole host. */
  const trouble = (page: Page, kind: string) =>
    page.locator('.trouble', { hasText: kind }).filter({ hasText: kafka.java });

  it('leads from the first sight to the explanation by clicks alone', async () => {
    const page = await open();
    await kafka.untilTimedOut();
    await trouble(page, 'Stale name')
      .getByRole('button', { name: /^Explain/ })
      .click();
    const explanation = page.locator('#explanation');
    await explanation.getByText(/kafka\.test resolved to 10\.4\.1\.80/).waitFor();
    const text = (await explanation.textContent()) ?? '';
    match(text, /java\[\d+\] began to connect to 10\.4\.1\.80:9200/);
    match(text, /retransmitted the SYN/);
    match(text, /since .* it has resolved to 10\.4\.1\.81/);
    ok(!new URL(page.url()).hash.includes('token'));
  });

  it('narrows to the connections of a trouble, and opens one from its lane', async () => {
    const page = await open();
    await trouble(page, 'Unanswered SYN').locator('.trouble-main').click();
    await page.waitForURL((url) => url.searchParams.get('filter') === `dst ${STUCK}`);
    await page.getByRole('row', { name: /java.*timed out/ }).click();
    await page
      .locator('#explanation')
      .getByText(/its SYN was not answered/)
      .waitFor();
  });

  it('explains as the command does', async () => {
    const page = await open();
    await trouble(page, 'Stale name')
      .getByRole('button', { name: /^Explain/ })
      .click();
    await page.waitForURL(/socket=\d+/);
    const id = new URL(page.url()).searchParams.get('socket') ?? '';
    const { stdout } = await sstory('explain', id, '--json', '--db', kafka.path);
    const { sentences } = JSON.parse(stdout) as { readonly sentences: readonly object[] };
    const shown = page.locator('#explanation .sentence');
    await shown.first().waitFor();
    equal(await shown.count(), sentences.length);
  });

  it('is the same in another browser, by its link', async () => {
    const page = await open(`?${new URLSearchParams({ filter: `dst ${STUCK}` })}`);
    await page.getByRole('row', { name: /java.*timed out/ }).click();
    await page.waitForURL(/socket=\d+/);
    const other = await open(new URL(page.url()).search);
    await other
      .locator('#explanation')
      .getByText(/its SYN was not answered/)
      .waitFor();
    equal(await other.getByRole('combobox', { name: /^Filter/ }).inputValue(), `dst ${STUCK}`);
  });

  it('shows a transition within a second', async () => {
    // Without the other traffic of this host, whose transitions would take the place of this one.
    const page = await open(`?${new URLSearchParams({ filter: `dst ${WORKING}` })}`);
    await page.locator('.live-button.is-live').waitFor();
    const seen = async () => {
      const port = await kafka.connectAgain();
      const since = performance.now();
      await page.locator('.status-last', { hasText: `:${port}` }).waitFor();
      return performance.now() - since;
    };
    await until('the stream of events to be connected', async () => {
      await kafka.connectAgain();
      return page.locator('.status-last').isVisible();
    });
    const times: number[] = [];
    for (let index = 0; index < TRIES; index++) times.push(await seen());
    times.sort((a, b) => a - b);
    ok((times[Math.floor(TRIES / 2)] ?? 0) < VISIBLE_WITHIN_MS, times.map(Math.round).join(' ms, '));
  });

  it('stands still while it is paused, counts what is new, and lets it in on demand', async () => {
    const page = await open();
    await page.locator('.live-button.is-live').waitFor();
    await page.locator('main').click({ position: { x: 5, y: 5 } });
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Paused' }).waitFor();
    const range = await page.locator('.range-text').textContent();
    await kafka.connectAgain();
    await page.getByRole('button', { name: /\d+ new/ }).waitFor();
    equal(await page.locator('.range-text').textContent(), range);
    await page.getByRole('button', { name: /\d+ new/ }).click();
    await page.locator('.live-button.is-live').waitFor();
    equal(await page.getByRole('button', { name: /\d+ new/ }).count(), 0);
  });

  it('is reached by the keyboard alone', async () => {
    const page = await open();
    await page.locator('.trouble').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(`dst ${STUCK}`);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.has('filter'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('row', { name: /java.*timed out/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('e');
    await page.locator('#explanation .sentence').first().waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('socket'));
  });
});
