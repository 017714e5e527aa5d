import { begin, LOOPBACK, pair, type Script } from './incident.js';

const PORT = { proxy: 8_080, upstream: 8_081 } as const;
const ASKED = 3;

/** A proxy whose upstream hangs: its accept queue is full, and the proxy's connects get no answer. */
export const fullUpstreamQueue: Script = {
  name: 'a proxy with a full upstream queue',
  async begin(stage) {
    const netns = await stage.netns();
    const [client, proxy, upstream] = [
      await stage.actor('client', netns),
      await stage.actor('proxy', netns),
      await stage.actor('upstream', netns),
    ];
    const front = await proxy.listenAt(LOOPBACK, PORT.proxy);
    const back = await upstream.listenAt(LOOPBACK, PORT.upstream, 0);
    const clients: Awaited<ReturnType<typeof pair>>[] = [];
    for (let n = 0; n < ASKED; n++) clients.push(await pair(client, proxy, front.listener, PORT.proxy));
    const asked: number[] = [];
    for (let n = 0; n < ASKED; n++) asked.push(await begin(proxy, LOOPBACK, PORT.upstream));
    return {
      netns,
      lasts: `SELECT 1 FROM runs WHERE (SELECT max(last_us) FROM runs) - 6000000 >=
        (SELECT max(opened_us) FROM connections WHERE remote_port = ${PORT.upstream} AND state = 'SYN-SENT')`,
      async end() {
        // It goes on, when the proxy has given up.
        for (const fd of asked) await proxy.close(fd);
        const waited = await upstream.accept(back.listener);
        await upstream.close(waited.fd);
        const fresh = await pair(proxy, upstream, back.listener, PORT.upstream);
        await proxy.close(fresh.fd);
        await upstream.receive(fresh.accepted);
        await upstream.close(fresh.accepted);
        for (const { fd, accepted } of clients) {
          await client.close(fd);
          await proxy.close(accepted);
        }
        await upstream.close(back.listener);
        await proxy.close(front.listener);
      },
      kinds: ['accept queue full', 'unanswered SYN', 'never accepted'],
      cause: [
        /accept queue of 127\.0\.0\.1:8081 \(upstream\[\d+\]\) (was|has been) full for .* 1 connection waiting against a backlog of 0/,
        /connects? to 127\.0\.0\.1:8081 got no answer .*by proxy\[\d+\]/,
      ],
    };
  },
};
