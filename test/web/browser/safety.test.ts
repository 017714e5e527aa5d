/** Texts of processes and of the network are text on the page, and nothing leaves it. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { HOSTILE_ID, HOSTILE_PROCESS } from '../../lab/page-history.js';
import { triedPage } from './tried-page.js';

describe('what a page must not do', function () {
  this.timeout(60_000);
  const tried = triedPage();

  it('runs or shows no HTML in the name of a process', async () => {
    const page = await tried.open(`?socket=${HOSTILE_ID}`);
    await page.locator('#explanation .sentence').first().waitFor();
    equal(await page.locator('.connection h2').textContent(), `${HOSTILE_PROCESS}[45]`);
    match((await page.locator('.trouble', { hasText: 'Refused' }).textContent()) ?? '', /<img src=x/);
    await page
      .getByRole('row', { name: /<img src=x/ })
      .first()
      .waitFor();
    equal(await page.locator('img').count(), 0);
    equal(await page.evaluate('window.harmed'), undefined);
  });

  it('runs or shows no HTML in an answer of SQL, or in a filter', async () => {
    const sql = `SELECT '<img src=x onerror="window.harmed=1">' AS "<b>name</b>"`;
    const page = await tried.open(`?${new URLSearchParams({ view: 'sql', sql, filter: `comm = ${HOSTILE_PROCESS}` })}`);
    await page.getByRole('cell', { name: '<img src=x' }).waitFor();
    await page.getByRole('columnheader', { name: '<b>name</b>' }).waitFor();
    equal(await page.locator('img, .result b').count(), 0);
    equal(await page.evaluate('window.harmed'), undefined);
  });

  it('keeps the token out of the address and of links', async () => {
    const page = await tried.open('?filter=comm+%3D+java');
    const token = new URL(tried.server.url).hash.slice('#token='.length);
    ok(token.length > 16);
    ok(!page.url().includes(token));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.keyboard.press('u');
    await page.getByText('Link copied').waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    equal(link, page.url());
  });

  it('asks nobody but its server', async () => {
    const page = await tried.browser.page();
    const others: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(new URL(tried.server.url).origin)) others.push(request.url());
    });
    for (const view of ['', '?view=sql', `?socket=${HOSTILE_ID}`]) {
      await page.goto(tried.server.urlOf(view));
      await page.waitForLoadState('networkidle');
    }
    deepEqual(others, []);
  });

  it('says what to do without the token', async () => {
    const page = await tried.browser.page();
    await page.goto(new URL(tried.server.url).origin);
    match((await page.locator('.message').textContent()) ?? '', /does not have the token.*sstory url/);
    // The address that it asks for, in the same tab: nothing but the fragment changes.
    await page.goto(tried.server.url);
    await page.getByRole('row').nth(1).waitFor();
    ok(!page.url().includes('token'));
  });
});
