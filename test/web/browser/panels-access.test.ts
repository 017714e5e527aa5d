import { deepEqual, equal, ok } from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { STUCK_ID } from '../../lab/page-history.js';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

import { triedPage } from './tried-page.js';

describe('the page', function () {
  this.timeout(60_000);
  const tried = triedPage();

  describe('for everyone', () => {
    const views = ['', `?socket=${STUCK_ID}`, '?view=sql&sql=SELECT+*+FROM+runs'];
    const nameOf = (view: string) => (view === '' ? 'the timeline' : view);

    async function faults(view: string, colorScheme: 'light' | 'dark', rules?: string[]): Promise<string[]> {
      const page = await tried.open(view, { colorScheme });
      if (view.includes('socket')) await page.locator('#explanation .sentence').first().waitFor();
      if (view.includes('sql=')) await page.getByRole('cell').first().waitFor();
      const axe = new AxeBuilder({ page });
      const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
    }

    for (const view of views) {
      it(`has no fault that axe finds, at ${nameOf(view)}`, async () => deepEqual(await faults(view, 'light'), []));
      it(`can be read in dark, at ${nameOf(view)}`, async () =>
        deepEqual(await faults(view, 'dark', ['color-contrast']), []));
    }

    for (const view of views) {
      it(`is no wider than a phone at ${nameOf(view)}`, async () => {
        const page = await tried.open(view, PHONE);
        ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= PHONE.viewport.width);
      });
    }

    it('changes its colours on demand, and remembers them', async () => {
      const page = await tried.open();
      const colour = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
      const system = await colour();
      await page.getByRole('button', { name: /Change to light/ }).click();
      await page.getByRole('button', { name: /Change to dark/ }).click();
      ok((await colour()) !== system);
      const dark = await colour();
      await page.reload();
      equal(await colour(), dark);
    });
  });
});
