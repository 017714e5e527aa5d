import { equal, match, ok } from 'node:assert/strict';
import { triedPage } from './tried-page.js';

describe('SQL on the page', function () {
  this.timeout(60_000);
  const tried = triedPage();

  describe('the SQL page', () => {
    it('runs an example, and a statement in the address', async () => {
      const page = await tried.open('?view=sql');
      await page.getByRole('button', { name: 'Who talks most?' }).click();
      await page.getByRole('cell', { name: 'nginx' }).first().waitFor();
      const other = await tried.browser.page();
      await other.goto(tried.server.urlOf(new URL(page.url()).search));
      await other.getByRole('cell', { name: 'nginx' }).first().waitFor();
    });

    it('loads its editor when it is opened, and runs on Ctrl+Enter', async () => {
      const page = await tried.browser.page();
      const scripts: string[] = [];
      page.on('request', (request) => scripts.push(new URL(request.url()).pathname));
      await page.goto(tried.server.url);
      await page.waitForSelector('.troubles');
      ok(!scripts.some((path) => path.includes('code-editor')), scripts.join(' '));
      await page.getByRole('button', { name: 'SQL' }).click();
      const editor = page.getByRole('textbox', { name: 'SQL statement' });
      await editor.click();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('SELECT 40 + 2 AS answer');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('cell', { name: '42' }).waitFor();
      ok(scripts.some((path) => path.includes('code-editor')));
    });

    it('completes the tables of the recording', async () => {
      const page = await tried.open('?view=sql');
      await page.getByRole('button', { name: 'Who talks most?' }).waitFor();
      await page.getByRole('textbox', { name: 'SQL statement' }).click();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('SELECT comm FROM connec');
      await page.getByRole('option', { name: 'connections', exact: true }).waitFor();
    });

    it('shows an error', async () => {
      const page = await tried.open('?view=sql&sql=SELECT+*+FROM+conections');
      match((await page.getByRole('alert').textContent()) ?? '', /no such table: conections/);
    });

    it('makes only the rows in view, and stops at the limit', async () => {
      const sql = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n';
      const page = await tried.open(`?${new URLSearchParams({ view: 'sql', sql })}`);
      await page.getByText(/10,000 rows, and more: the row limit/).waitFor();
      ok((await page.locator('.result-row').count()) < 100);
      await page.locator('.result').evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await page.getByRole('cell', { name: '10000' }).waitFor();
    });

    it('stops a statement', async () => {
      const sql = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n`;
      const page = await tried.open(`?${new URLSearchParams({ view: 'sql', sql })}`);
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText(/0 rows, stopped/).waitFor();
    });

    it('draws bars', async () => {
      const sql = 'SELECT comm, count(*) AS connections FROM connections GROUP BY 1';
      const page = await tried.open(`?${new URLSearchParams({ view: 'sql', sql })}`);
      await page.getByRole('button', { name: 'Chart' }).click();
      equal(await page.locator('.bar').count(), 6);
    });
  });
});
