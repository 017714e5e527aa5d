/**
 * The case that sstory was made for, with real servers: a client resolves the broker's name from a real DNS server, connects, and
 * keeps the address. The broker moves, and its name with it; the old address swallows every packet. The client connects to the old
 * address again, and hangs in SYN-SENT.
 */
import { join } from 'node:path';
import type { Actor } from './actor.js';
import { DnsServer } from './dns-server.js';
import { joinByVeth, type Netns } from './netns.js';
import { query, Recorder } from './sstory.js';
import type { Stage } from './stage.js';
import { until } from './until.js';

const NAME = 'kafka.test';
const OLD = '10.4.1.80';
const NEW = '10.4.1.81';
const PORT = 9_200;
const CLOSED_PORT = 9_300;

/** The case while it goes on: `java` is in SYN-SENT, and has retransmitted its SYN. */
export interface KafkaCase {
  readonly path: string;
  readonly home: Netns;
  /** The client that is stuck: `java[42]`. */
  readonly java: string;
  /** Connects another client to the broker, whose connections work; gives its local port. */
  readonly connectAgain: () => Promise<number>;
  /** A port at which nothing listens, and another connect to it: refused. */
  readonly closedPort: number;
  readonly refuse: (port?: number) => Promise<void>;
  /** Waits until the connect has timed out. */
  readonly untilTimedOut: () => Promise<void>;
  readonly recorder: Recorder;
}

/**
 * Plays the case on the real kernel, recorded into a new database. Needs BPF and a DNS server (requireBpf, requireDns). `homeName`: the
 * name of the client's namespace.
 */
export async function playKafkaCase(stage: Stage, homeName?: string): Promise<KafkaCase> {
  const home = await stage.netns(homeName);
  const away = await stage.netns();
  const [client, broker] = await joinByVeth(home, away);
  await home.run('ip', 'route', 'add', '10.4.1.0/24', 'via', broker.v4, 'dev', client.device);
  for (const address of [OLD, NEW]) await away.run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
  const directory = await stage.directory();
  const path = join(directory, 'kafka.db');
  const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
  const dns = stage.use(await DnsServer.start(home, directory, [`${OLD} ${NAME}`], { ttl: 300 }));
  const [kafka, moved] = [await stage.actor('kafka', away), await stage.actor('kafka', away)];
  const [first, second] = [await listenAt(kafka, OLD), await listenAt(moved, NEW)];

  const [cached = ''] = await dns.ask(NAME);
  const java = await stage.actor('java', home);
  const connection = await java.socket();
  await java.connect(connection, cached, PORT);
  const accepted = await kafka.accept(first);
  await java.send(connection, 100);
  await kafka.receive(accepted.fd);

  await dns.move([`${NEW} ${NAME}`], NAME, NEW);
  const other = await stage.actor('console', home);
  const connectAgain = async () => {
    const healthy = await other.socket();
    const { localPort } = await other.connect(healthy, NEW, PORT);
    await moved.accept(second);
    return localPort;
  };
  await connectAgain();
  await kafka.close(accepted.fd);
  await java.receive(connection);
  await java.close(connection);
  await away.packets.drop(`ip daddr ${OLD}`);

  const again = await java.socket();
  await java.option(again, 'syncnt', 2);
  await java.nonBlocking(again);
  await java.connect(again, cached, PORT);
  const retransmits = `SELECT e.id FROM events e JOIN connections c ON c.id = e.connection_id
    WHERE e.kind = 'retransmit' AND e.detail = 'SYN' AND c.netns = ? AND c.remote_port = ${PORT}`;
  await until('a SYN to be sent again', () => query(path, retransmits, home.inode).length > 0);
  const refuse = async (port = CLOSED_PORT) => {
    await other.connect(await other.socket(), NEW, port);
  };
  const untilTimedOut = async () => {
    const ended = "SELECT 1 FROM connections WHERE close_reason = 'timed out' AND netns = ?";
    await until('the connect to time out', () => query(path, ended, home.inode).length > 0);
  };
  return {
    path,
    home,
    java: `java[${java.pid}]`,
    connectAgain,
    closedPort: CLOSED_PORT,
    refuse,
    untilTimedOut,
    recorder,
  };
}

async function listenAt(actor: Actor, address: string): Promise<number> {
  const listener = await actor.socket();
  await actor.bind(listener, address, PORT);
  await actor.listen(listener);
  return listener;
}
