import { until } from '../../lab/until.js';
import { LOOPBACK, pair, type Script } from './incident.js';

const PORT = 8_100;

/** A pooled connection that was idle for so long that a firewall forgot it. */
export const idleDrop: Script = {
  name: 'an idle drop by a firewall',
  async begin(stage, _directory, recorded) {
    const netns = await stage.netns();
    const [client, server] = [await stage.actor('pool', netns), await stage.actor('database', netns)];
    const { listener } = await server.listenAt(LOOPBACK, PORT);
    const old = await pair(client, server, listener, PORT);
    await client.send(old.fd, 10);
    await server.receive(old.accepted);
    await until('the connection to be idle', () =>
      recorded(
        `SELECT 1 FROM connections WHERE remote_port = ${PORT} AND (SELECT max(last_us) FROM runs) - opened_us > 3500000`,
      ),
    );
    await netns.packets.drop(`tcp sport ${old.localPort} tcp dport ${PORT}`);
    await netns.packets.drop(`tcp sport ${PORT} tcp dport ${old.localPort}`);
    await client.send(old.fd, 100);
    const fresh = await pair(client, server, listener, PORT);
    return {
      netns,
      lasts: `SELECT 1 FROM connections c WHERE local_port = ${old.localPort} AND netns = ${netns.inode}
        AND (SELECT retrans FROM samples WHERE connection_id = c.id ORDER BY at_us DESC LIMIT 1) >= 4`,
      async end() {
        // The pool gives up on it.
        await client.option(old.fd, 'linger', 0);
        for (const fd of [old.fd, fresh.fd]) await client.close(fd);
        await server.option(old.accepted, 'linger', 0);
        for (const fd of [old.accepted, fresh.accepted, listener]) await server.close(fd);
      },
      kinds: ['idle drop'],
      cause: [
        /Nothing came from 127\.0\.0\.1:8100 for [\d.]+s before the first retransmit .*a firewall or NAT on the path/s,
      ],
    };
  },
};
