/** The trace of a range goes to the window of ui.perfetto.dev by messages. A page of the tests takes the place of that site. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { triedPage } from './tried-page.js';

const PERFETTO = 'https://ui.perfetto.dev';

/** As the real one: it does not answer while it loads, then PONG to each PING, and takes a trace. `asked`: from which PING on it answers. */
const standIn = (asked: number) => `<!doctype html><title>stand-in</title><script>
  window.pings = 0;
  addEventListener('message', ({ data, origin, source }) => {
    if (data === 'PING' && ++window.pings >= ${asked}) source.postMessage('PONG', origin);
    if (data.perfetto === undefined) return;
    const { buffer, title, fileName } = data.perfetto;
    window.received = { origin, title, fileName, bytes: [...new Uint8Array(buffer)] };
  });
</script>`;

interface Received {
  readonly origin: string;
  readonly title: string;
  readonly fileName: string;
  readonly bytes: readonly number[];
}

describe('Open in Perfetto', function () {
  this.timeout(60_000);
  const tried = triedPage();

  /** The page of sstory, and all requests to others of its browser. */
  async function open(asked: number): Promise<{ page: Page; others: string[] }> {
    const page = await tried.open('?filter=comm+%3D+nginx');
    const context = page.context();
    const others: string[] = [];
    context.on('request', (request) => {
      if (!request.url().startsWith(new URL(tried.server.url).origin)) others.push(request.url());
    });
    // Answered here: no request of it leaves the browser.
    await context.route(`${PERFETTO}/**`, (route) => route.fulfill({ contentType: 'text/html', body: standIn(asked) }));
    return { page, others };
  }

  it('asks the window until it answers, and sends it the trace, to its origin alone', async () => {
    const { page, others } = await open(4);
    const [popup, answer] = await Promise.all([
      page.waitForEvent('popup'),
      page.waitForResponse((response) => response.url().includes('/api/perfetto')),
      page.keyboard.press('o'),
    ]);
    await popup.waitForFunction('window.received !== undefined');
    const received = await popup.evaluate<Received>('window.received');
    equal(received.origin, new URL(tried.server.url).origin);
    equal(received.title, received.fileName);
    ok(/^sstory-lab-trace-\d{8}-\d{6}\.pftrace$/.test(received.fileName), received.fileName);
    const url = new URL(answer.url());
    equal(url.searchParams.get('filter'), 'comm = nginx');
    const trace = await tried.server.bytes(`${url.pathname}${url.search}`);
    ok(trace.length > 1_000);
    ok(trace.equals(Buffer.from(received.bytes)), `${received.bytes.length} bytes of ${trace.length}`);
    ok((await popup.evaluate<number>('window.pings')) >= 4);
    deepEqual(others, [`${PERFETTO}/`]);
  });

  it('believes no other page that says it is ready', async () => {
    const { page } = await open(Number.POSITIVE_INFINITY);
    await page.clock.install();
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.waitForResponse((response) => response.url().includes('/api/perfetto')),
      page.keyboard.press('o'),
    ]);
    await page.evaluate(`postMessage('PONG', '*')`);
    await page.clock.runFor(1_000);
    await popup.waitForFunction('window.pings > 0');
    equal(await popup.evaluate('window.received'), undefined);
    // It gives up after 15 s; what it says then goes away by itself.
    await page.clock.runFor(14_500);
    await page.getByText('ui.perfetto.dev does not answer: download the trace').waitFor();
    equal(await popup.evaluate('window.received'), undefined);
  });

  it('closes the window where there is no trace, and says why', async () => {
    const { page } = await open(1);
    const opened = page.waitForEvent('popup');
    // The answer waits until the window is there: one that is closed while it is being opened is not reported as closed.
    await page.route('**/api/perfetto*', async (route) => {
      await (await opened).waitForLoadState();
      await route.fulfill({
        status: 503,
        json: { error: { code: 'busy', message: '2 traces are being written already' } },
      });
    });
    await page.keyboard.press('o');
    const popup = await opened;
    if (!popup.isClosed()) await popup.waitForEvent('close');
    await page.getByText('No trace: 2 traces are being written already').waitFor();
  });
});
