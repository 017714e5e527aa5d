import { DnsServer } from '../../lab/dns-server.js';
import { until } from '../../lab/until.js';
import { begin, type Script } from './incident.js';

const PORT = 9_200;
const [OLD, NEW] = ['10.4.2.80', '10.4.2.81'];
const NAME = 'broker.test';

/** A broker that moved: its client goes on to connect to the old address, which drops every packet. */
export const dnsChange: Script = {
  name: 'a DNS change',
  async begin(stage, directory, recorded) {
    const netns = await stage.netns();
    for (const address of [OLD, NEW]) await netns.run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
    await netns.packets.drop(`ip daddr ${OLD} tcp dport ${PORT}`);
    const dns = stage.use(await DnsServer.start(netns, directory, [`${OLD} ${NAME}`]));
    const [client, broker] = [await stage.actor('java', netns), await stage.actor('broker', netns)];
    const { listener } = await broker.listenAt(NEW, PORT);
    // A recorder that runs finds a new namespace soon, not at once.
    const answered = (address: string) => async () => {
      await dns.ask(NAME);
      return recorded(
        `SELECT 1 FROM names WHERE name = '${NAME}' AND address = '${address}' AND netns = ${netns.inode}`,
      );
    };
    await until('the old address', answered(OLD));
    await dns.move([`${NEW} ${NAME}`], NAME, NEW);
    await until('the new address', answered(NEW));
    const fd = await begin(client, OLD, PORT);
    return {
      netns,
      lasts: `SELECT 1 FROM events e JOIN connections c ON c.id = e.connection_id WHERE c.remote_addr = '${OLD}'
        AND c.netns = ${netns.inode} AND e.detail = 'SYN' GROUP BY c.id HAVING count(*) >= 4`,
      async end() {
        await client.close(fd);
        const fresh = await client.socket();
        await client.connect(fresh, NEW, PORT);
        const accepted = await broker.accept(listener);
        await client.close(fresh);
        await broker.receive(accepted.fd);
        for (const each of [accepted.fd, listener]) await broker.close(each);
      },
      kinds: ['stale name', 'unanswered SYN'],
      cause: [
        /broker\.test resolved to 10\.4\.2\.80 at \S+ \(by DNS\); since \S+ it has resolved to 10\.4\.2\.81/,
        /connects? to 10\.4\.2\.80:9200 got no answer .*by java\[\d+\]/,
      ],
    };
  },
};
