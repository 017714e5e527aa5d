import { equal, match, ok } from 'node:assert/strict';
import { FILTER_EXAMPLES } from '../../../src/web/header/filter-text.js';
import { filterBox, filterOf, triedPage } from './tried-page.js';

describe('the head of the page', function () {
  this.timeout(60_000);
  const tried = triedPage();

  describe('the filter box', () => {
    it('shows the place of an error under it, and leaves what is shown', async () => {
      const page = await tried.open();
      await filterBox(page).fill('state syn-sent dport = :htpp');
      await page.keyboard.press('Enter');
      equal(await page.locator('.filter-carets').textContent(), `${' '.repeat(24)}^^^^`);
      match((await page.getByRole('alert').textContent()) ?? '', /unknown service "htpp"/);
      equal(filterOf(page), null);
    });

    it('completes words and values that were seen, by keys', async () => {
      const page = await tried.open();
      await page.keyboard.press('/');
      await page.keyboard.type('comm = ng');
      await page.getByRole('option', { name: /nginx/ }).waitFor();
      await page.keyboard.press('Tab');
      equal(await filterBox(page).inputValue(), 'comm = nginx ');
      await page.keyboard.press('Enter');
      await page.waitForURL(/filter=comm/);
      equal(filterOf(page), 'comm = nginx');
    });

    it('closes its list on Escape, then gives back what is applied', async () => {
      const page = await tried.open('?filter=comm+%3D+java');
      await filterBox(page).click();
      await page.keyboard.type(' and sp');
      await page.getByRole('listbox').waitFor();
      await page.keyboard.press('Escape');
      equal(await page.getByRole('listbox').count(), 0);
      await page.keyboard.press('Escape');
      equal(await filterBox(page).inputValue(), 'comm = java');
      equal(await filterBox(page).evaluate((element) => element === element.ownerDocument.activeElement), false);
    });

    it('offers examples while it is empty, and each is a filter', async () => {
      const page = await tried.open();
      for (const { filter } of FILTER_EXAMPLES) {
        await filterBox(page).click();
        await page.getByRole('option', { name: filter }).click();
        await page.waitForURL((url) => url.searchParams.get('filter') === filter);
        await page.getByRole('button', { name: 'Clear the filter' }).click();
        await page.waitForURL((url) => url.searchParams.get('filter') === null);
      }
    });
  });

  describe('the range', () => {
    it('is chosen, and Back returns to the one before', async () => {
      const page = await tried.open();
      const button = page.locator('.range-button');
      const before = await button.textContent();
      await button.click();
      await page.getByRole('button', { name: 'Last 5 min' }).click();
      match((await button.textContent()) ?? '', /Last 5 min/);
      equal(new URL(page.url()).searchParams.get('from'), '-5m');
      await page.getByRole('button', { name: 'Back to what was shown before' }).click();
      await page.waitForURL((url) => url.search === '');
      equal(await button.textContent(), before);
    });

    it('is typed, and what is no time is refused with what is', async () => {
      const page = await tried.open();
      await page.keyboard.press('t');
      const dialog = page.getByRole('dialog', { name: 'Range of times' });
      await dialog.getByLabel('From').fill('soonish');
      await page.keyboard.press('Enter');
      match((await dialog.getByRole('status').textContent()) ?? '', /invalid time "soonish": try now, /);
      await dialog.getByLabel('From').fill('start');
      await dialog.getByLabel('To').fill('end-50s');
      await page.keyboard.press('Enter');
      await page.waitForURL(/from=\d+&to=\d+/);
      const words = new URL(page.url()).searchParams;
      ok(Number(words.get('to')) > Number(words.get('from')));
    });
  });
});
