import { LOOPBACK, pair, type Script } from './incident.js';

const PORT = 8_120;
const ECONNREFUSED = 111;

/** A service that is replaced by its next version while clients come. */
export const rollingRestart: Script = {
  name: 'a rolling restart',
  async begin(stage) {
    const netns = await stage.netns();
    const [client, before] = [await stage.actor('client', netns), await stage.actor('service-v1', netns)];
    const { listener } = await before.listenAt(LOOPBACK, PORT);
    const cut = await pair(client, before, listener, PORT);
    await before.option(cut.accepted, 'linger', 0);
    for (const fd of [cut.accepted, listener]) await before.close(fd);
    const refused = await client.socket();
    const { errno } = await client.connect(refused, LOOPBACK, PORT);
    if (errno !== ECONNREFUSED) throw new Error(`the connect ended with errno ${errno}`);
    const after = await stage.actor('service-v2', netns);
    const next = await after.listenAt(LOOPBACK, PORT);
    return {
      netns,
      lasts: `SELECT 1 FROM connections WHERE local_port = ${PORT} AND state = 'LISTEN' AND comm = 'service-v2'`,
      async end() {
        const last = await pair(client, after, next.listener, PORT);
        for (const fd of [cut.fd, refused, last.fd]) await client.close(fd);
        await after.receive(last.accepted);
        for (const fd of [last.accepted, next.listener]) await after.close(fd);
      },
      kinds: ['listener restart'],
      cause: [
        /service-v1\[\d+\] stopped listening on 127\.0\.0\.1:8120 at \S+ .* service-v2\[\d+\] has listened there since/,
        /3 connections of this host failed because of it \(/,
      ],
    };
  },
};
