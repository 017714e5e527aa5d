import { equal, match, ok } from 'node:assert/strict';
import { STUCK_ID } from '../../lab/page-history.js';
import { filterOf, triedPage } from './tried-page.js';

describe('troubles and connections on the page', function () {
  this.timeout(60_000);
  const tried = triedPage();

  describe('the troubles', () => {
    it('are listed, the worst first, and lead to their connections and their explanation', async () => {
      const page = await tried.open();
      const rows = page.locator('.trouble');
      match((await rows.first().textContent()) ?? '', /severe/);
      const stuck = rows.filter({ hasText: 'Unanswered SYN' });
      await stuck.locator('.trouble-main').click();
      await page.waitForURL(/filter=dst/);
      equal(filterOf(page), 'dst 10.0.0.2:9200');
      await page.goBack();
      await stuck.getByRole('button', { name: /^Explain/ }).click();
      await page.waitForURL(/socket=1/);
      match((await page.locator('#explanation .sentence').first().textContent()) ?? '', /SYN/);
    });

    it('stay collapsed', async () => {
      const page = await tried.open();
      await page.locator('.troubles-toggle').click();
      equal(await page.locator('.trouble').count(), 0);
      await page.reload();
      await page.waitForSelector('.troubles:not([aria-busy="true"])');
      equal(await page.locator('.trouble').count(), 0);
    });

    it('are one quiet line where nothing is wrong', async () => {
      const page = await tried.open('?filter=comm+%3D+console');
      match((await page.locator('.troubles').textContent()) ?? '', /Nothing looks wrong/);
    });
  });

  describe('the panel of a connection', () => {
    it('has its states with what happened in them, in words', async () => {
      const page = await tried.open(`?socket=${STUCK_ID}`);
      const text = (await page.locator('.stays').textContent()) ?? '';
      match(text, /SYN-SENT.*7s.*retransmit SYN.*retransmit SYN.*retransmit SYN.*closed.*timed out/);
    });

    it('moves the cursor to its evidence, and closes on Escape', async () => {
      const page = await tried.open(`?socket=${STUCK_ID}`);
      await page.locator('#explanation .time').first().click();
      await page.waitForURL(/at=\d+/);
      await page.keyboard.press('Escape');
      await page.waitForURL((url) => !url.search.includes('socket'));
    });

    it('shows its samples as charts and as a table', async () => {
      const page = await tried.open('?socket=2');
      equal(await page.locator('.chart').count(), 3);
      await page.getByText('As a table').click();
      equal(await page.locator('.sample-table tbody tr').count(), 5);
    });

    it('hatches a gap in each of its charts, and names it with the state in which it began', async () => {
      const page = await tried.open('?socket=2');
      // Samples are of 6 to 80 s, the gap is of 70 to 72 s.
      const gaps = page.locator('.chart-area .chart-gap');
      equal(await gaps.count(), 3);
      match((await gaps.first().getAttribute('title')) ?? '', /^Gap of 2s: 3 events lost, /);
      const [gap, area] = await Promise.all([
        gaps.first().boundingBox(),
        page.locator('.chart-area').first().boundingBox(),
      ]);
      if (gap === null || area === null) throw new Error('no boxes');
      const share = (gap.x - area.x) / area.width;
      ok(Math.abs(share - (70 - 6) / (80 - 6)) < 0.01, `at ${share}`);
      match(
        await page.evaluate<string>("getComputedStyle(document.querySelector('.chart-gap')).backgroundImage"),
        /repeating/,
      );
      match((await page.locator('.stay', { hasText: 'ESTAB' }).textContent()) ?? '', /Gap of 2s: 3 events lost/);
      equal(await page.locator('.stay', { hasText: 'SYN-SENT' }).locator('.stay-gap').count(), 0);
    });

    it('has its owners, and leads to the same peer, process and port', async () => {
      const page = await tried.open(`?socket=${STUCK_ID}`);
      match((await page.locator('.facts', { hasText: 'Owners' }).textContent()) ?? '', /java\[42\]fd 3/);
      for (const [name, filter] of [
        ['peer', 'dst 10.0.0.2'],
        ['process', 'comm = java'],
        ['port', 'dport = :9200'],
      ] as const) {
        await page.locator('.alike button', { hasText: name }).click();
        await page.waitForURL((url) => url.searchParams.get('filter') === filter);
      }
    });

    it('says that there is no such connection', async () => {
      const page = await tried.open('?socket=4711');
      match((await page.locator('.panel .message').textContent()) ?? '', /4711/);
    });
  });
});
