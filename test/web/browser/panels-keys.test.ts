import { deepEqual, equal } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Action, KEYS, keyName } from '../../../src/web/keys/key-table.js';
import { usAt } from '../../lab/history.js';
import { STUCK_ID } from '../../lab/page-history.js';
import { until } from '../../lab/until.js';
import { filterBox, triedPage } from './tried-page.js';

/** What a key does, as far as it can be seen. */
interface Trial {
  /** The selection before, and the keys that are pressed first. */
  readonly at?: string;
  readonly first?: readonly string[];
  /** It is other than before when the key has done its work. */
  readonly seen: (page: Page) => Promise<unknown>;
}

const RANGE = `?from=${usAt(20)}&to=${usAt(60)}&sort=opened`;
const address = async (page: Page) => page.url();
const activeRow = (page: Page) => page.locator('.lanes-scroll').getAttribute('aria-activedescendant');
const count = (selector: string) => (page: Page) => page.locator(selector).count();
const opened = `${RANGE}&socket=${STUCK_ID}`;
const inRows = { first: ['ArrowDown', 'ArrowDown', 'PageDown'], seen: activeRow };

/** Of every action; undefined: acceptance.test.ts has it, because it needs a recorder. */
const TRIALS: Readonly<Record<Action, Trial | undefined>> = {
  zoomIn: { seen: address },
  zoomOut: { seen: address },
  panLeft: { seen: address },
  panRight: { seen: address },
  everything: { seen: address },
  openRangePicker: { seen: count('.range-dialog') },
  back: { first: ['w'], seen: address },
  forward: { first: ['w', '['], seen: address },
  togglePause: undefined,
  mark: { seen: address },
  rowUp: inRows,
  rowDown: { seen: activeRow },
  pageUp: inRows,
  pageDown: { first: ['Home', 'ArrowDown'], seen: activeRow },
  firstRow: inRows,
  lastRow: { first: ['ArrowDown'], seen: activeRow },
  openRow: { first: ['ArrowDown'], seen: address },
  pin: { first: ['ArrowDown'], seen: address },
  fit: { at: opened, seen: address },
  nextTransition: { at: opened, seen: address },
  previousTransition: { at: opened, seen: address },
  nextFailure: { seen: address },
  previousFailure: { seen: address },
  explainRow: { first: ['ArrowDown'], seen: address },
  focusFilter: { seen: (page) => page.evaluate('document.activeElement.id') },
  copyLink: { seen: count('.notice') },
  openInPerfetto: { seen: (page) => page.evaluate('window.openedWindows.length') },
  showKeys: { seen: count('dialog[open]') },
  // test/cli/fleet/serve-page.test.ts has it.
  showHosts: undefined,
  leave: { at: opened, seen: address },
};

/** Shows a selection as Back does, and presses the keys that come first. */
async function begin(page: Page, { at = RANGE, first = [] }: Trial): Promise<void> {
  await page.evaluate(`
    window.openedWindows = [];
    window.open = (url) => { window.openedWindows.push(url); return null; };
    history.pushState({ step: 0 }, '', ${JSON.stringify(at)});
    dispatchEvent(new PopStateEvent('popstate', { state: { step: 0 } }));
  `);
  await page.locator('.lanes[aria-busy="false"] .lane-row:not(.is-waiting)').first().waitFor();
  for (const key of first) {
    await page.keyboard.press(key);
    if (key === '[') await page.waitForURL((url) => url.search === at);
  }
}

describe('the keyboard on the page', function () {
  this.timeout(60_000);
  const tried = triedPage();

  describe('the keys', () => {
    it('are all in the help, which keeps the focus and closes on Escape', async () => {
      const page = await tried.open();
      await page.keyboard.press('?');
      const dialog = page.getByRole('dialog', { name: 'Keys' });
      await dialog.waitFor();
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

    // None of them may be without a test: the table says which there are.
    for (const { keys, help, action } of KEYS) {
      const trial = TRIALS[action];
      if (trial === undefined) continue;
      it(`${keys.map(keyName).join(', ')}: ${help}`, async () => {
        const page = await tried.open(RANGE);
        for (const key of keys) {
          await begin(page, trial);
          const before = await trial.seen(page);
          await page.keyboard.press(key === ' ' ? 'Space' : key);
          await until(`${key} to do something`, async () => (await trial.seen(page)) !== before);
        }
      });
    }

    it('move in the rows only while these have the focus', async () => {
      const page = await tried.open();
      await page.keyboard.press('End');
      equal(await activeRow(page), 'lane-row-0');
    });

    it('are text where one types', async () => {
      const page = await tried.open();
      await filterBox(page).fill('');
      await page.keyboard.type('?nuo');
      equal(await filterBox(page).inputValue(), '?nuo');
    });
  });
});
