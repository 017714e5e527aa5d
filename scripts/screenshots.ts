/**
 * Makes the pictures of the page for README.md: the Kafka case among other connections of a host, in docs/images. Needs what `npm test`
 * needs.
 *
 *     npm run build && node dist/scripts/screenshots.js [DIRECTORY]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContextOptions } from 'playwright-core';
import type { Actor } from '../test/lab/actor.js';
import { TestBrowser } from '../test/lab/chromium.js';
import { playKafkaCase } from '../test/lab/kafka-case.js';
import { Served } from '../test/lab/served.js';
import { Stage } from '../test/lab/stage.js';

const HOME = 'shop';
const LOCAL = '127.0.0.1';
const NGINX_PORT = 8080;
const POSTGRES_PORT = 5432;
const CLOSED_PORT = 9090;
const ROUNDS = 16;
const SIZE = { width: 1280, height: 720 };

/** A server and its listener, which accepts on demand. */
interface Listening {
  readonly actor: Actor;
  readonly listener: number;
  readonly port: number;
}

async function listening(
  stage: Stage,
  home: Parameters<Stage['actor']>[1],
  name: string,
  port: number,
): Promise<Listening> {
  const actor = await stage.actor(name, home);
  const { listener } = await actor.listenAt(LOCAL, port);
  return { actor, listener, port };
}

/** One exchange of a client with a server; gives the descriptors of both ends. */
async function exchange(
  client: Actor,
  { actor, listener, port }: Listening,
): Promise<{ ours: number; theirs: number }> {
  const ours = await client.socket();
  await client.connect(ours, LOCAL, port);
  const { fd: theirs } = await actor.accept(listener);
  await client.send(ours, 200);
  await actor.receive(theirs);
  await actor.send(theirs, 4000);
  await client.receive(ours);
  return { ours, theirs };
}

async function record(stage: Stage): Promise<string> {
  const kafka = await playKafkaCase(stage, HOME);
  const { home } = kafka;
  const timedOut = kafka.untilTimedOut();
  const nginx = await listening(stage, home, 'nginx', NGINX_PORT);
  const postgres = await listening(stage, home, 'postgres', POSTGRES_PORT);
  const [curl, api, health] = await Promise.all(['curl', 'api', 'healthcheck'].map((name) => stage.actor(name, home)));
  if (curl === undefined || api === undefined || health === undefined) throw new Error('actors are missing');
  for (let index = 0; index < 3; index++) await exchange(api, postgres);
  // The server closes, the client does not: CLOSE-WAIT until the end.
  const leaked = await exchange(api, nginx);
  await nginx.actor.close(leaked.theirs);
  for (let index = 0; index < ROUNDS; index++) {
    const { ours, theirs } = await exchange(curl, nginx);
    // Some last longer than others.
    await delay(100 + (index % 3) * 200);
    await curl.close(ours);
    await nginx.actor.receive(theirs);
    await nginx.actor.close(theirs);
    if (index % 5 === 1) await health.connect(await health.socket(), LOCAL, CLOSED_PORT);
    if (index % 4 === 2) await exchange(api, postgres);
    await delay(200);
  }
  await timedOut;
  await kafka.recorder.stop();
  return kafka.path;
}

async function takePictures(stage: Stage, path: string, directory: string): Promise<void> {
  const server = stage.use(await Served.startBeside(path));
  const browser = stage.use(await TestBrowser.start());
  const open = async (search: Record<string, string>, options: BrowserContextOptions) => {
    const page = await browser.page({ viewport: SIZE, ...options });
    await page.goto(server.urlOf(`?${new URLSearchParams({ filter: `netns = ${HOME}`, ...search })}`));
    await page.locator('.trouble').first().waitFor();
    await page.locator('.troubles:not(:has(.spinner))').waitFor();
    await page.locator('.lane-row:not(.is-waiting)').first().waitFor();
    await page.waitForLoadState('networkidle');
    return page;
  };
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await open({}, { colorScheme });
    await page.screenshot({ path: join(directory, `page-${colorScheme}.png`) });
  }
  const page = await open({}, { colorScheme: 'light' });
  await page
    .locator('.trouble')
    .first()
    .getByRole('button', { name: /^Explain/ })
    .click();
  await page.locator('#explanation .sentence').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(directory, 'page-connection.png') });
}

const directory = process.argv[2] ?? 'docs/images';
mkdirSync(directory, { recursive: true });
const stage = new Stage();
try {
  await takePictures(stage, await record(stage), directory);
} finally {
  await stage[Symbol.asyncDispose]();
}
