import { until } from '../../lab/until.js';
import { LOOPBACK, pair, type Script } from './incident.js';

const PORT = 8_110;
const EADDRNOTAVAIL = 99;

/** A client that opens a connection for each request, and closes it first. */
export const portExhaustion: Script = {
  name: 'port exhaustion',
  async begin(stage, _directory, recorded) {
    const netns = await stage.netns();
    await netns.sysctl('net.ipv4.tcp_tw_reuse', 0);
    await netns.run('sh', '-c', 'echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range');
    const [client, server] = [await stage.actor('batch', netns), await stage.actor('api', netns)];
    const { listener } = await server.listenAt(LOOPBACK, PORT);
    for (let n = 0; n < 4; n++) {
      const { fd, accepted } = await pair(client, server, listener, PORT);
      await client.close(fd);
      await server.receive(accepted);
      await server.close(accepted);
    }
    // An orphan in FIN-WAIT-2 turns into TIME-WAIT without a trace: a snapshot sees it.
    const ended = `SELECT count(*) FROM connections WHERE remote_port = ${PORT} AND state = 'TIME-WAIT' GROUP BY remote_port HAVING count(*) = 4`;
    await until('four TIME-WAITs', () => recorded(ended));
    const fd = await client.socket();
    const { errno } = await client.connect(fd, LOOPBACK, PORT);
    if (errno !== EADDRNOTAVAIL) throw new Error(`the connect ended with errno ${errno}`);
    return {
      netns,
      lasts: `SELECT 1 FROM connections WHERE remote_port = ${PORT} AND close_reason = 'failed'`,
      async end() {
        await client.close(fd);
        await server.close(listener);
      },
      kinds: ['port exhaustion', 'TIME-WAIT pile-up'],
      cause: [
        /failed at once with EADDRNOTAVAIL, (?:the last one )?by batch\[\d+\]/,
        /4 sockets toward it held local ports then \(4 TIME-WAIT\)/,
      ],
    };
  },
};
