import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { connectionOf, usAt } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { until } from '../../lab/until.js';
import { PHONE, selectionIn, sharedBrowser, shownPages, smallHistory } from './shown-page.js';

const SIGNS: Readonly<Record<string, string>> = { appeared: '+', gone: '−', changed: '∗' };

const rowTexts = (page: Page) => page.locator('.lane-row:not(.is-waiting)').allInnerTexts();

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} has no box`);
  return box;
}

/** Waits until the address is other than it was. */
async function afterwards(page: Page, act: () => Promise<unknown>): Promise<void> {
  const before = page.url();
  await act();
  await page.waitForURL((url) => url.href !== before);
}

/** waitForFunction() asks again with eval in the page, which the page's Content-Security-Policy refuses. */
async function becomesTrue(page: Page, expression: string): Promise<void> {
  await until(expression, async () => (await page.evaluate(expression)) === true);
}

describe('lanes on the page', () => {
  const browser = sharedBrowser();
  const pages = shownPages(browser, smallHistory);

  describe('the overview', () => {
    it('chooses a range by a drag, moves it, and shows everything at a double click', async () => {
      const page = await pages.open(`?from=${usAt(20)}&to=${usAt(40)}`);
      const plot = await boxOf(page, '.overview-plot');
      const x = (seconds: number) => plot.x + (plot.width * seconds) / 100;
      const y = plot.y + 30;
      const drag = async (fromS: number, toS: number) => {
        await page.mouse.move(x(fromS), y);
        await page.mouse.down();
        await page.mouse.move(x((fromS + toS) / 2), y);
        await page.mouse.move(x(toS), y);
        await page.mouse.up();
      };
      const range = () =>
        [selectionIn(page)['from'], selectionIn(page)['to']].map((us) => (Number(us) - usAt(0)) / 1e6);
      const near = (actual: readonly number[], expected: readonly number[]) =>
        actual.every((each, index) => Math.abs(each - (expected[index] ?? 0)) < 0.5);
      await afterwards(page, () => drag(60, 80));
      ok(near(range(), [60, 80]), `drawn: ${range()}`);
      await afterwards(page, () => drag(70, 50));
      ok(near(range(), [40, 60]), `moved: ${range()}`);
      await afterwards(page, () => drag(60, 90));
      ok(near(range(), [40, 90]), `resized: ${range()}`);
      await page.goBack();
      ok(near(range(), [40, 60]), `Back: ${range()}`);
      await afterwards(page, () => page.mouse.click(x(20), y));
      ok(near(range(), [10, 30]), `jumped: ${range()}`);
      await afterwards(page, () => page.mouse.dblclick(x(70), y));
      await page.waitForURL((url) => near([Number(url.searchParams.get('from')) - usAt(0)], [0]));
      equal(
        await page
          .locator('.brush')
          .getAttribute('aria-valuetext')
          .then((text) => text?.endsWith('1m40s')),
        true,
      );
    });

    it('is moved by the keyboard', async () => {
      const page = await pages.open(`?from=${usAt(20)}&to=${usAt(40)}`);
      await page.locator('.brush').focus();
      await afterwards(page, () => page.keyboard.press('ArrowRight'));
      equal(selectionIn(page)['from'], String(usAt(22)));
    });
  });

  describe('the lanes', () => {
    it('show the worst first, each with its process, peer, end and length', async () => {
      const page = await pages.open();
      const [first = ''] = await rowTexts(page);
      match(first.replaceAll(/\s+/g, ' '), /^(java|nginx|curl) 4\d :\d+ → 10\.0\.0\.2:9200 (reset by peer|refused) /);
    });

    it('zoom around the pointer, and pan', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}`);
      const lanes = await boxOf(page, '.axis');
      await page.mouse.move(lanes.x + lanes.width / 2, lanes.y + 100);
      await afterwards(page, async () => {
        await page.keyboard.down('Control');
        await page.mouse.wheel(0, -300);
        await page.keyboard.up('Control');
      });
      const [fromUs, toUs] = [Number(selectionIn(page)['from']), Number(selectionIn(page)['to'])];
      ok(toUs - fromUs < 60e6 && Math.abs((fromUs + toUs) / 2 - usAt(50)) < 1e6, `${fromUs} ${toUs}`);
      await afterwards(page, async () => {
        await page.mouse.down();
        await page.mouse.move(lanes.x + lanes.width / 2 + 60, lanes.y + 100);
        await page.mouse.move(lanes.x + lanes.width / 2 + 100, lanes.y + 100);
        await page.mouse.up();
      });
      const movedUs = fromUs - Number(selectionIn(page)['from']);
      ok(Math.abs(movedUs / (toUs - fromUs) - 100 / lanes.width) < 0.01, `moved by ${movedUs}`);
    });

    it('zoom to a range drawn on the axis', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}`);
      const axis = await boxOf(page, '.axis');
      await afterwards(page, async () => {
        await page.mouse.move(axis.x + axis.width * 0.25, axis.y + 10);
        await page.mouse.down();
        await page.mouse.move(axis.x + axis.width * 0.4, axis.y + 10);
        await page.mouse.move(axis.x + axis.width * 0.5, axis.y + 10);
        await page.mouse.up();
      });
      ok(Math.abs(Number(selectionIn(page)['from']) - usAt(25)) < 0.5e6);
      ok(Math.abs(Number(selectionIn(page)['to']) - usAt(50)) < 0.5e6);
    });

    it('are expanded in place where they are grouped', async () => {
      const page = await pages.open('?group=process');
      deepEqual(await page.locator('.lane-row').count(), 3);
      const java = page.locator('.lane-row.is-group', { hasText: 'java' });
      equal(await java.getAttribute('aria-expanded'), 'false');
      await java.click();
      await page.locator('.lane-row.is-level-2:not(.is-waiting)').first().waitFor();
      equal(await java.getAttribute('aria-expanded'), 'true');
      equal(await page.locator('.lanes-scroll').getAttribute('aria-rowcount'), '44');
      await java.click();
      await page.locator('.lane-row.is-level-2').first().waitFor({ state: 'detached' });
    });

    it('add the value of a cell to the filter, and with Alt what has not the value', async () => {
      const page = await pages.open();
      const process = page.locator('.lane-cell.is-process .lane-value');
      const name = (await process.first().innerText()).split(' ')[0];
      await process.first().click();
      await page.waitForURL((url) => url.searchParams.get('filter') === `comm = ${name}`);
      await page.goBack();
      await process.first().click({ modifiers: ['Alt'] });
      await page.waitForURL((url) => /^not .*comm = /.test(url.searchParams.get('filter') ?? ''));
    });

    it('are narrowed by a state and a process together', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}&filter=comm%20%3D%20java`);
      await page.locator('.lane-cell.is-state .lane-value', { hasText: 'CLOSE-WAIT' }).first().click();
      await page.waitForURL((url) => url.searchParams.get('filter') === 'state close-wait comm = java');
      await page.locator('.lanes-title', { hasText: '2 connections' }).waitFor();
    });

    it('show the life of a connection at a double click', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}&sort=opened`);
      const row = await boxOf(page, '#lane-row-7');
      await page.mouse.dblclick(row.x + row.width - 100, row.y + 12);
      // It lived from 5.6 s on for 9 s, and there is a margin.
      await page.waitForURL((url) => Math.abs(Number(url.searchParams.get('from')) - usAt(5.6 - 9 * 0.15)) < 1e4);
      equal(selectionIn(page)['socket'], '8');
    });

    it('are panned by one finger, and zoomed by two', async () => {
      const page = await pages.open(`?from=${usAt(20)}&to=${usAt(60)}`, { viewport: PHONE, hasTouch: true });
      const lanes = await boxOf(page, '.lanes-scroll');
      const y = lanes.y + 30;
      const session = await page.context().newCDPSession(page);
      const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: readonly number[]) => {
        await session.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
      };
      await afterwards(page, async () => {
        await touch('touchStart', 100);
        for (let x = 110; x <= 200; x += 10) await touch('touchMove', x);
        await touch('touchEnd');
      });
      const pannedUs = usAt(20) - Number(selectionIn(page)['from']);
      ok(pannedUs > 8e6 && pannedUs < 12e6, `panned by ${pannedUs}`);
      await afterwards(page, async () => {
        await touch('touchStart', 150, 200);
        for (let by = 10; by <= 100; by += 10) await touch('touchMove', 150 - by, 200 + by);
        await touch('touchEnd');
      });
      const lengthUs = Number(selectionIn(page)['to']) - Number(selectionIn(page)['from']);
      ok(lengthUs > 5e6 && lengthUs < 12e6, `${lengthUs} us`);
    });

    it('say how gaps and states are known beside the pointer', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}&sort=opened`);
      const axis = await boxOf(page, '.axis');
      await page.mouse.move(axis.x + axis.width * 0.45, axis.y + 40);
      const card = page.locator('.card');
      await card.waitFor();
      match(await card.innerText(), /Gap of 10s[\s\S]*3 events lost/);
    });

    it('hatch a gap, through overview, axis and lanes', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}`);
      // Alternating pixels along a line in the gap: hatched. `at`: the share of the width.
      const changes = (selector: string, at: number, y: number) =>
        page.evaluate<number>(`{
        const canvas = document.querySelector('${selector}');
        const { data } = canvas.getContext('2d').getImageData(Math.round(canvas.width * ${at}), ${y}, 40, 1);
        let count = 0;
        for (let i = 7; i < data.length; i += 4) if (Math.abs(data[i] - data[i - 4]) > 20) count++;
        count;
      }`);
      await page.locator('.lanes-loading:not(.is-on)').waitFor({ state: 'attached' });
      for (const [selector, y] of [
        ['.axis canvas', 24],
        ['.lanes-canvas', 1],
        ['.overview-plot canvas', 8],
      ] as const) {
        ok((await changes(selector, 0.42, y)) > 5, `${selector} is hatched in the gap`);
        ok((await changes(selector, 0.6, y)) <= 4, `${selector} is not hatched elsewhere`);
      }
    });

    it('are used by keys: rows, opening, next transition, next failure', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}&sort=opened`);
      await page.locator('.lanes-scroll').focus();
      await page.keyboard.press('ArrowDown');
      equal(await page.locator('.lanes-scroll').getAttribute('aria-activedescendant'), 'lane-row-1');
      await afterwards(page, () => page.keyboard.press('Enter'));
      equal(selectionIn(page)['socket'], '2');
      await afterwards(page, () => page.keyboard.press('.'));
      equal(selectionIn(page)['at'], String(usAt(0.8)));
      await afterwards(page, () => page.keyboard.press('.'));
      equal(selectionIn(page)['at'], String(usAt(0.801)));
      await afterwards(page, () => page.keyboard.press('n'));
      await page.waitForURL((url) => url.searchParams.get('socket') === '4');
      equal(selectionIn(page)['at'], String(usAt(2.4 + 0.00006)));
      await afterwards(page, () => page.keyboard.press('n'));
      equal(selectionIn(page)['socket'], '8');
      await afterwards(page, () => page.keyboard.press('N'));
      equal(selectionIn(page)['socket'], '4');
    });

    it('scroll to the failure that a key selects, in its group where they are grouped', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}&sort=opened&at=${usAt(85)}`);
      const selected = page.locator('.lanes-scroll .lane-row.is-selected');
      await afterwards(page, () => page.keyboard.press('N'));
      await selected.waitFor();
      const isInView = () =>
        becomesTrue(
          page,
          `(() => {
          const row = document.querySelector('.lanes-scroll .lane-row.is-selected')?.getBoundingClientRect();
          const area = document.querySelector('.lanes-scroll').getBoundingClientRect();
          return row !== undefined && row.top >= area.top && row.bottom <= area.bottom;
        })()`,
        );
      await isInView();
      match((await selected.getAttribute('id')) ?? '', /^lane-row-(10[37]|8[37])$/);
      equal(
        await page.locator('.lanes-scroll').getAttribute('aria-activedescendant'),
        await selected.getAttribute('id'),
      );
      await page.locator('.lanes-choice select').first().selectOption('process');
      await page.locator('.lane-row.is-group').first().waitFor();
      await page.locator('.lanes-scroll').focus();
      await afterwards(page, () => page.keyboard.press('N'));
      await page.locator('.lane-row.is-level-2.is-selected').waitFor();
      await isInView();
    });

    it('scroll to the connection that the address opens', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}&sort=opened&socket=117`);
      await becomesTrue(page, "document.querySelector('.lanes-scroll')?.scrollTop > 0");
      await page.locator('#lane-row-116.is-selected').waitFor();
    });

    it('have a legend that is whole at 1280 pixels', async () => {
      const page = await pages.open();
      const hidden = "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.legend'))";
      equal(await page.evaluate(hidden), 0);
    });

    it('are pinned above the others, in the address too, and unpinned', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}&sort=opened`);
      await page.locator('.lanes-scroll').focus();
      await page.keyboard.press('End');
      await page.locator('#lane-row-119:not(.is-waiting)').waitFor();
      await afterwards(page, () => page.keyboard.press('p'));
      equal(selectionIn(page)['pin'], '120');
      const pinned = (of: Page) =>
        of.getByRole('grid', { name: 'Pinned connections' }).locator('.lane-row', { hasText: 'curl 42' });
      await pinned(page).waitFor();
      // Whatever the filter is, and in another browser.
      await afterwards(page, () => page.goto(`${page.url()}&filter=comm+%3D+java`));
      const other = await pages.open(new URL(page.url()).search);
      await pinned(other).waitFor();
      const drawn = () =>
        other.evaluate<number>(`{
          const canvas = document.querySelector('.lanes-pinned canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 12, canvas.width, 1);
          data.filter((value, index) => index % 4 === 3 && value > 200).length;
        }`);
      await until('the pinned lane to be drawn', async () => (await drawn()) > 10);
      await other.getByRole('button', { name: 'Unpin connection 120' }).click();
      await other.waitForURL((url) => !url.searchParams.has('pin'));
      equal(await other.locator('.lanes-pinned').count(), 0);
    });

    it('fit on a phone', async () => {
      const page = await pages.open(`?at=${usAt(60)}`, { viewport: PHONE, hasTouch: true });
      const [width] = await page.evaluate<[number]>('[document.documentElement.scrollWidth]');
      ok(width <= PHONE.width, `${width} pixels wide`);
      ok((await boxOf(page, '.lane-row')).height === 44);
    });

    it('restore what a shared address shows', async () => {
      const first = await pages.open(`?from=${usAt(10)}&to=${usAt(60)}&group=process&sort=duration&at=${usAt(30)}`);
      await afterwards(first, () => first.locator('.lanes-choice select').last().selectOption('peer'));
      const second = await pages.open(new URL(first.url()).search);
      deepEqual(await rowTexts(second), await rowTexts(first));
      equal(
        await second.locator('.cursor-chip').getAttribute('aria-valuetext'),
        await first.locator('.cursor-chip').getAttribute('aria-valuetext'),
      );
    });
  });

  describe('the cursor', () => {
    it('shows the sockets of that moment, as sstory ss --at prints them', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}`);
      const axis = await boxOf(page, '.axis');
      await afterwards(page, () => page.mouse.click(axis.x + axis.width * 0.3, axis.y + 10));
      await page.locator('.sockets-line').first().waitFor();
      const shown = await page.locator('.long-head, .sockets-text').allTextContents();
      const command = await page.locator('.command-text').innerText();
      const words = pages.wordsOf(command);
      const { stdout } = await sstory(...words);
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd());
      deepEqual(
        shown.map((line) => line.trimEnd()),
        lines.slice(0, shown.length),
      );
      ok(lines.length > 5);
      ok(words.includes('--at'));
      await page.locator('.sockets-line').first().click();
      await page.waitForURL((url) => url.searchParams.has('socket'));
    });

    it('shows with a second one what changed between them, as sstory diff does', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}&at=${usAt(20)}`);
      const axis = await boxOf(page, '.axis');
      await page.keyboard.down('Shift');
      await afterwards(page, () => page.mouse.click(axis.x + axis.width * 0.3, axis.y + 10));
      await page.keyboard.up('Shift');
      const command = await page.locator('.command-text').innerText();
      const { stdout } = await sstory(...pages.wordsOf(command), '--json');
      const changes = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { type: string });
      for (const kind of ['appeared', 'gone', 'changed']) {
        const count = changes.filter(({ type }) => type === kind).length;
        equal(
          await page.locator('.sockets-counts li', { hasText: kind }).innerText(),
          `${SIGNS[kind]}${count} ${kind}`,
        );
      }
      match(await page.locator('.cursor-length').innerText(), /^(9\.\d|10)s$|^10\.\ds$/);
    });

    for (const colorScheme of ['light', 'dark'] as const) {
      it(`has no fault that axe finds, in ${colorScheme}`, async () => {
        const page = await pages.open(`?group=process&at=${usAt(20)}&and=${usAt(30)}`, { colorScheme });
        await page.locator('.sockets-line').first().waitFor();
        const axe = new AxeBuilder({ page });
        // Only colours differ.
        const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(['color-contrast'])).analyze();
        deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`),
          [],
        );
      });
    }

    it('is dragged by its time, and goes away', async () => {
      const page = await pages.open(`?from=${usAt(0)}&to=${usAt(100)}&at=${usAt(20)}`);
      const chip = await boxOf(page, '.cursor-chip');
      const axis = await boxOf(page, '.axis');
      await afterwards(page, async () => {
        await page.mouse.move(chip.x + 20, chip.y + 10);
        await page.mouse.down();
        await page.mouse.move(axis.x + axis.width * 0.4, chip.y + 10);
        await page.mouse.move(axis.x + axis.width * 0.6, chip.y + 10);
        await page.mouse.up();
      });
      ok(Math.abs(Number(selectionIn(page)['at']) - usAt(60)) < 0.3e6);
      await page.locator('.cursor-chip').focus();
      await afterwards(page, () => page.keyboard.press('Delete'));
      equal(selectionIn(page)['at'], undefined);
      await page.locator('.sockets').waitFor({ state: 'detached' });
    });
  });

  describe('the lanes of 100,000 connections', () => {
    const many = shownPages(browser, () => ({
      connections: Array.from({ length: 100_000 }, (_, index) => {
        const at = index * 0.036;
        return connectionOf(
          index + 1,
          [
            [at, 'SYN-SENT'],
            [at + 0.001, 'ESTAB'],
            [at + 2, 'UNCONN'],
          ],
          {
            tuple: {
              ...{ family: 4, localAddr: '10.0.0.1', localPort: 1024 + (index % 60_000) },
              ...{ remoteAddr: `10.1.${index % 200}.2`, remotePort: 9200 },
            },
          },
        );
      }),
      endS: 3600,
    }));

    it('scroll to the last', async function () {
      this.timeout(120_000);
      const page = await many.open('?sort=opened');
      equal(await page.locator('.lanes-title').innerText(), '100,000 connections');
      await page.locator('.lanes-scroll').focus();
      await page.keyboard.press('End');
      const last = page.locator('#lane-row-99999:not(.is-waiting)');
      await last.waitFor();
      match(await last.innerText(), /10\.1\.199\.2:9200/);
      ok((await page.locator('.lane-row').count()) < 120);
    });
  });
});
