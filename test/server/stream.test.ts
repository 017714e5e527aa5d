import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { EventQueue } from '../../src/server/stream/event-queue.js';
import { openForWriting } from '../../src/store/database.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { batchOf, connectionOf, usAt, writeHistory } from '../lab/history.js';
import { Served } from '../lab/served.js';
import { ServerEvents } from '../lab/server-events.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

describe('the live stream', () => {
  const stage = new Stage();
  let served: Served;
  let database: Database.Database;
  let writer: HistoryWriter;
  let lastId = 0;

  before(async () => {
    const db = join(await stage.directory(), 'history.db');
    writeHistory(db, { connections: [connectionOf(++lastId, [[1, 'SYN-SENT']])] });
    database = openForWriting(db);
    writer = new HistoryWriter(database);
    served = stage.use(await Served.start(db));
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    database.close();
  });

  /** Commits new connections, as a recorder does. */
  const record = (comms: readonly string[]) => {
    const connections = comms.map((comm) => connectionOf(++lastId, [[lastId, 'SYN-SENT']], { comm }));
    writer.write(batchOf({ connections, throughUs: usAt(lastId) }), Date.now() * 1_000);
  };
  const follow = async (query = ''): Promise<ServerEvents> => {
    const response = await served.open(`/api/stream${query}`);
    equal(response.statusCode, 200);
    match(String(response.headers['content-type']), /^text\/event-stream/);
    const events = new ServerEvents(response);
    await until('the beginning of the stream', () => events.hasBegun);
    return events;
  };

  it('has what is recorded, as sstory log -f --json writes it', async () => {
    const events = await follow();
    record(['java', 'curl']);
    await until('two transitions', () => events.of('transition').length >= 2);
    deepEqual(
      events.of('transition').map(({ type, comm, new_state }) => [type, comm, new_state]),
      [
        ['transition', 'java', 'SYN-SENT'],
        ['transition', 'curl', 'SYN-SENT'],
      ],
    );
    events.close();
  });

  it('has, for each client, what its filter selects', async () => {
    const [java, curl] = [await follow('?filter=comm+%3D+java'), await follow('?filter=comm+%3D+curl')];
    record(['java', 'curl', 'java']);
    await until('them', () => java.of('transition').length >= 2 && curl.of('transition').length >= 1);
    ok(java.of('transition').every(({ comm }) => comm === 'java'));
    ok(curl.of('transition').every(({ comm }) => comm === 'curl'));
    java.close();
    curl.close();
  });

  it('reports every second how far the recorder is', async () => {
    const events = await follow();
    const [tick] = await until('a tick', () => events.of('tick').length > 0 && events.of('tick'));
    deepEqual(Object.keys(tick ?? {}), ['now_us', 'recorded_us', 'behind_us', 'recording']);
    events.close();
  });

  it('refuses an invalid filter, before it begins', async () => {
    const { status, body } = await served.get('/api/stream?filter=dst+(');
    equal(status, 400);
    match(body, /"place"/);
  });

  it('drops what a client does not read, and reports how much; others receive all', async function () {
    this.timeout(120_000);
    const slow = await served.open('/api/stream');
    // It is not read: the kernel's buffers fill, then the server's queue of it.
    slow.pause();
    const quick = await follow();
    const batch = Array.from({ length: 400 }, () => 'java');
    const batches = 60;
    for (let count = 1; count <= batches; count++) {
      record(batch);
      await until('a batch', () => quick.of('transition').length >= count * batch.length);
    }
    deepEqual(quick.of('missed'), []);
    const slowEvents = new ServerEvents(slow);
    slow.resume();
    const total = batches * batch.length;
    const sum = () => slowEvents.of('missed').reduce((all, { events }) => all + Number(events), 0);
    await until(
      'what it missed',
      () => sum() > 0 && slowEvents.of('transition').length + sum() >= total,
      () => `${slowEvents.of('transition').length} received, ${JSON.stringify(slowEvents.of('missed'))} of ${total}`,
    );
    equal(slowEvents.of('transition').length + sum(), total);
    quick.close();
    slowEvents.close();
  });

  it('reports what one commit has more than a page can show', async () => {
    const events = await follow();
    record(Array.from({ length: 1_200 }, () => 'java'));
    await until('what was missed', () => events.of('missed').length > 0);
    equal(events.of('transition').length + Number(events.of('missed')[0]?.['events']), 1_200);
    events.close();
  });
});

describe('the queue of a client', () => {
  it('is bounded, and counts what it drops from the first on', () => {
    const queue = new EventQueue();
    for (let at = 0; at < 100_000; at++) queue.push('transition', `{"n":${at}}`, at);
    const text = queue.take();
    ok(text.length < 1_100_000);
    const kept = text.match(/event: transition/g)?.length ?? 0;
    match(text, new RegExp(`event: missed\ndata: \\{"since_us":${kept},"events":${100_000 - kept}\\}\n\n$`));
    ok(queue.isEmpty);
  });

  it('does not know how much is missed where the follower does not', () => {
    const queue = new EventQueue();
    queue.miss({ since_us: 1, events: null });
    queue.miss({ since_us: 2, events: 5 });
    match(queue.take(), /"since_us":1,"events":null/);
  });
});
