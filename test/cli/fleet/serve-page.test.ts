/** The page over a fleet, in a browser: from forty hosts to the one connection, and back. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { requireChdb } from '../../fleet/chdb.js';
import { requireChromium } from '../../lab/chromium.js';
import { usAt } from '../../lab/history.js';
import type { Served } from '../../lab/served.js';
import { Stage } from '../../lab/stage.js';
import { PHONE, sharedBrowser } from '../../web/browser/shown-page.js';
import type { FleetLab } from './fleet-lab.js';
import { HOSTS, REFUSED_HOSTS, STALE_HOST, STALE_ID, serveFleet, shippedFleet } from './served-fleet.js';

const RANGE = `?from=${usAt(0)}&to=${usAt(100)}`;

describe('the page over a fleet', function () {
  this.timeout(180_000);
  const stage = new Stage();
  let lab: FleetLab;
  let served: Served;
  before(async function () {
    requireChdb(this);
    requireChromium(this);
    lab = await shippedFleet(stage);
    served = await serveFleet(lab);
  });
  const browser = sharedBrowser();
  after(async () => {
    await served?.[Symbol.asyncDispose]();
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  /** A page whose rows and troubles are there. */
  async function opened(search = RANGE, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser().page(options);
    page.setDefaultTimeout(60_000);
    await page.goto(served.urlOf(search));
    await settled(page);
    return page;
  }
  const settled = async (page: Page) => {
    await page.locator('.lane-row:not(.is-waiting)').first().waitFor();
    await page.locator('.troubles:not([aria-busy="true"])').waitFor();
  };
  const hostsOf = (page: Page) => page.locator('.lane-row.is-group .is-host').allTextContents();

  it('has a row for each host, the worst first, and says what it rests on', async () => {
    const page = await opened();
    match((await page.locator('.lanes-title').textContent()) ?? '', new RegExp(`on ${HOSTS} hosts`));
    const hosts = await hostsOf(page);
    deepEqual(new Set(hosts.slice(0, 6)), new Set([STALE_HOST, ...REFUSED_HOSTS]));
    match((await page.locator('.basis').textContent()) ?? '', /38 of 40 hosts complete, 1 behind/);
    equal(await page.getByRole('button', { name: 'SQL', exact: true }).count(), 0);
    equal(await page.locator('.live-button').count(), 0);
  });

  it('lists troubles with the hosts that have them', async () => {
    const page = await opened();
    const counts = await page.locator('.trouble-count').allTextContents();
    ok(counts.includes(`1 connection on ${STALE_HOST}`), counts.join());
    ok(counts.includes('10 connections on 5 hosts'), counts.join());
    // Those hosts are shown.
    await page.locator('.trouble', { hasText: 'Refused' }).locator('.trouble-main').click();
    await page.getByText('on 5 hosts', { exact: true }).waitFor();
    deepEqual((await hostsOf(page)).toSorted(), REFUSED_HOSTS);
  });

  it('leads from a host to its lanes, and Back returns', async () => {
    const page = await opened();
    await page.locator('.lane-row', { hasText: STALE_HOST }).click();
    await page.locator('.brand-host.is-of-fleet', { hasText: STALE_HOST }).waitFor();
    await page.locator('.lane-row', { hasText: 'kafka.test' }).first().waitFor();
    ok(page.url().includes(`host=${STALE_HOST}`), page.url());
    match((await page.locator('.basis').textContent()) ?? '', /^web-07: complete from/);
    await page.locator('.trouble', { hasText: 'Stale name' }).waitFor();
    await page.goBack();
    await page.getByText(`on ${HOSTS} hosts`).waitFor();
    ok(!page.url().includes('host='), page.url());
  });

  it('leads from a trouble to the explanation of its connection', async () => {
    const page = await opened();
    await page
      .locator('.trouble', { hasText: STALE_HOST })
      .first()
      .getByRole('button', { name: /^Explain/ })
      .click();
    await page.getByText('kafka.test resolved to 10.4.1.80').first().waitFor();
    ok(page.url().includes(`socket=${STALE_ID}`), page.url());
    await page.locator('.brand-back').click();
    await page.getByText(`on ${HOSTS} hosts`).waitFor();
  });

  it('can be used with the keyboard alone', async () => {
    const page = await opened(`${RANGE}&filter=machine+${STALE_HOST}`);
    deepEqual(await hostsOf(page), [STALE_HOST]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.brand-host.is-of-fleet').waitFor();
    await settled(page);
    await page.keyboard.press('h');
    await page.locator('.lane-row.is-group').waitFor();
    equal(await page.locator('.brand-back').count(), 0);
  });

  it('narrows the hosts by the filter box', async () => {
    const page = await opened();
    await page.keyboard.press('/');
    await page.keyboard.type('machine db-*');
    await page.keyboard.press('Enter');
    await page.getByText('on 10 hosts').waitFor();
    ok((await hostsOf(page)).every((host) => host.startsWith('db-')));
  });

  it('shows the host that the wheel brings under the pointer, and troubles apart from their hosts on a phone', async () => {
    const page = await opened();
    await page
      .locator('.lane-row.is-group')
      .nth(2)
      .hover({ position: { x: 700, y: 10 } });
    const card = page.locator('.card-title').first();
    const before = (await card.textContent()) ?? '';
    await page.mouse.wheel(0, 200);
    await page.locator('.card-title').filter({ hasNotText: before }).first().waitFor();
    const phone = await opened(RANGE, { viewport: PHONE });
    const boxes = await phone.locator('.trouble').first().locator('.trouble-kind, .trouble-count').all();
    const [kind, count] = await Promise.all(boxes.map((each) => each.boundingBox()));
    ok(kind && count && count.y >= kind.y + kind.height, JSON.stringify([kind, count]));
  });

  it('reports a fleet that does not answer, and recovers', async () => {
    const page = await opened();
    lab.gateway.fault = () => 'refuse';
    try {
      await page.locator('.status-warning', { hasText: 'cannot be reached' }).waitFor();
      await page.keyboard.press('w');
      await page.locator('.basis-line.is-error').waitFor();
    } finally {
      lab.gateway.fault = () => undefined;
    }
    await page.locator('.status-warning').waitFor({ state: 'detached' });
    await page.locator('.basis-line:not(.is-error)').waitFor();
    await page.locator('.lanes-nothing').waitFor({ state: 'detached' });
    await page.locator('.overview-error').waitFor({ state: 'detached' });
    // What the browser reported of the failed requests.
    browser().errors.length = 0;
  });
});
