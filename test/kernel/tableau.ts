import type { Actor } from '../lab/actor.js';
import type { Netns } from '../lab/netns.js';
import { until } from '../lab/until.js';

const SYN_ACK = 'tcp flags & (syn | ack) == syn | ack';

interface Pair {
  readonly client: number;
  readonly server: number;
  readonly port: number;
}

/** Sockets of one namespace that stay as they are: one at least in every state that ss knows, but for UNCONN. */
export class Tableau {
  constructor(
    private readonly netns: Netns,
    private readonly left: Actor,
    private readonly right: Actor,
  ) {}

  /** Makes them all, and waits until the kernel has them so. */
  async arrange(): Promise<void> {
    await this.connect('127.0.0.1');
    await this.connect('::1');
    await this.connectMapped();
    await this.withUnreadData();
    await this.closeWaitAndFinWait2();
    await this.lastAck();
    await this.closingAndFinWait1();
    await this.timeWait();
    await this.withUnsentData();
    await this.synSentAndHalfOpen();
    const wanted = 'CLOSE-WAIT CLOSING ESTAB FIN-WAIT-1 FIN-WAIT-2 LAST-ACK LISTEN SYN-RECV SYN-SENT TIME-WAIT';
    const shown = async () => [...new Set(await this.netns.states())].sort().join(' ');
    await until('every state', async () => (await shown()) === wanted, shown);
  }

  private async connect(address: string): Promise<Pair> {
    const { listener, port } = await this.right.listenAt(address);
    const client = await this.left.socket(address.includes(':') ? 6 : 4);
    await this.left.connect(client, address, port);
    return { client, server: (await this.right.accept(listener)).fd, port };
  }

  /** An IPv4 client at a listener for both families. */
  private async connectMapped(): Promise<void> {
    const { listener, port } = await this.right.listenAt('::');
    await this.left.connect(await this.left.socket(4), '127.0.0.1', port);
    await this.right.accept(listener);
  }

  private async withUnreadData(): Promise<void> {
    const { client } = await this.connect('127.0.0.1');
    await this.left.send(client, 1_234);
  }

  private async withUnsentData(): Promise<void> {
    const { client, port } = await this.connect('127.0.0.1');
    await this.netns.packets.drop(`tcp dport ${port}`);
    await this.left.send(client, 4_321);
  }

  private async closeWaitAndFinWait2(): Promise<void> {
    const { client } = await this.connect('::1');
    await this.left.shutdown(client);
  }

  private async lastAck(): Promise<void> {
    const { client, server, port } = await this.connect('127.0.0.1');
    await this.left.shutdown(client);
    await this.right.receive(server);
    await this.netns.packets.drop(`tcp sport ${port}`);
    await this.right.close(server);
  }

  /** The client's FIN is lost, the server's arrives. */
  private async closingAndFinWait1(): Promise<void> {
    const { client, server, port } = await this.connect('127.0.0.1');
    await this.netns.packets.drop(`tcp dport ${port}`);
    await this.left.shutdown(client);
    await this.right.shutdown(server);
  }

  private async timeWait(): Promise<void> {
    const { client, server } = await this.connect('127.0.0.1');
    await this.left.close(client);
    await this.right.receive(server);
    await this.right.close(server);
  }

  private async synSentAndHalfOpen(): Promise<void> {
    const { port } = await this.right.listenAt('127.0.0.1');
    await this.netns.packets.drop(`tcp sport ${port} ${SYN_ACK}`);
    const client = await this.left.socket(4);
    await this.left.nonBlocking(client);
    await this.left.connect(client, '127.0.0.1', port);
  }
}
