import { deepEqual, equal } from 'node:assert/strict';
import { KEYS } from '../../../src/web/keys/key-table.js';
import { STUCK_ID } from '../../lab/page-history.js';
import { filterBox, triedPage } from './tried-page.js';

describe('the keyboard on the page', function () {
  this.timeout(60_000);
  const tried = triedPage();

  describe('the keys', () => {
    it('are all in the help, which keeps the focus and closes on Escape', async () => {
      const page = await tried.open();
      await page.keyboard.press('?');
      const dialog = page.getByRole('dialog', { name: 'Keys' });
      const shown = await dialog.locator('dd').allTextContents();
      deepEqual(shown.sort(), KEYS.map(({ help }) => help).sort());
      for (let press = 0; press < 5; press++) await page.keyboard.press('Tab');
      equal(
        await page.evaluate(
          "document.activeElement.closest('dialog') !== null || document.activeElement === document.body",
        ),
        true,
      );
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    });

    it('do something each, and break nothing', async () => {
      const page = await tried.open(`?socket=${STUCK_ID}`);
      await page.evaluate('window.open = () => null');
      for (const { keys, help } of KEYS) {
        for (const key of keys) {
          await page.keyboard.press(key === ' ' ? 'Space' : key);
          await page.keyboard.press('Escape');
          await page.keyboard.press('Escape');
          equal((await page.locator('header').count()) > 0, true, help);
        }
      }
    });

    it('are text where one types', async () => {
      const page = await tried.open();
      await filterBox(page).fill('');
      await page.keyboard.type('?nuo');
      equal(await filterBox(page).inputValue(), '?nuo');
    });
  });
});
