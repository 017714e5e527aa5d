import { equal, match } from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeHistory } from '../../lab/history.js';
import { Served } from '../../lab/served.js';
import { Stage } from '../../lab/stage.js';
import { sharedBrowser, smallHistory } from './shown-page.js';

describe('a page whose server is gone', function () {
  this.timeout(60_000);
  const browser = sharedBrowser();
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('says so, keeps what it shows, and goes on when the server is back', async () => {
    const directory = await stage.directory();
    const [path, token] = [join(directory, 'page.db'), join(directory, 'token')];
    writeHistory(path, smallHistory());
    await writeFile(token, '0123456789abcdef-token\n', { mode: 0o600 });
    const first = await Served.startBeside(path, '--token-file', token);
    const page = await browser().page();
    await page.goto(first.urlOf(''));
    const rows = page.locator('.lane-row:not(.is-waiting)');
    await rows.first().waitFor();
    await page.locator('.troubles:not([aria-busy="true"])').waitFor();
    const count = await rows.count();
    await first[Symbol.asyncDispose]();

    await page.locator('.status-warning', { hasText: 'the server does not answer' }).waitFor();
    equal(await rows.count(), count);
    await page.locator('.lanes-choice select').last().selectOption('peer');
    const message = page.getByRole('alert').filter({ hasText: 'the server does not answer' });
    match((await message.textContent()) ?? '', /sstory serve starts it/);

    stage.use(await Served.startBeside(path, '--token-file', token, '--listen', first.host));
    await page.locator('.status-warning').waitFor({ state: 'detached' });
    await message.getByRole('button', { name: 'Try again' }).click();
    await message.waitFor({ state: 'detached' });
    await rows.first().waitFor();
  });
});
