import { LOOPBACK, pair, type Script } from './incident.js';

const PORT = 8_090;
const LEAKED = 22;

/** A service that does not close what its clients have closed, until it is restarted. */
export const closeWaitLeak: Script = {
  name: 'a CLOSE-WAIT leak',
  async begin(stage) {
    const netns = await stage.netns();
    const [client, service] = [await stage.actor('client', netns), await stage.actor('service', netns)];
    const { listener } = await service.listenAt(LOOPBACK, PORT, 64);
    const leaked: number[] = [];
    for (let n = 0; n < LEAKED; n++) {
      const { fd, accepted } = await pair(client, service, listener, PORT);
      await client.close(fd);
      leaked.push(accepted);
    }
    return {
      netns,
      lasts: `SELECT 1 FROM runs WHERE (SELECT max(last_us) FROM runs) - 6000000 >= (SELECT max(opened_us) FROM connections
        WHERE local_port = ${PORT} AND state = 'CLOSE-WAIT')`,
      async end() {
        for (const fd of [...leaked, listener]) await service.close(fd);
      },
      kinds: ['CLOSE-WAIT leak'],
      cause: [/service\[\d+\] (holds|held) 22 sockets in CLOSE-WAIT of one peer/],
    };
  },
};
