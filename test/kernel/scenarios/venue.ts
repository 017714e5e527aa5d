import { anyAddress, type Family } from '../../../src/model/address.js';
import type { CloseReason } from '../../../src/model/stored-codes.js';
import type { Actor } from '../../lab/actor.js';
import type { Netns } from '../../lab/netns.js';
import type { Stage } from '../../lab/stage.js';
import type { Truth } from './scenario.js';

export const EINPROGRESS = 115;

export interface VenueOptions {
  /** Family of both ends' sockets. */
  readonly family?: Family;
  /** Where the client connects to. */
  readonly address?: string;
  /** Where the server listens, if not on that address. */
  readonly listenAddress?: string;
  /** The client's own address, where it is another one. */
  readonly clientAddress?: string;
  /** Namespaces of the two; one of its own for both unless given. */
  readonly netns?: Netns;
  readonly clientNetns?: Netns;
  /** The kernel chooses one if not given. */
  readonly port?: number;
}

/** A server that listens, and a client that has not connected yet. */
export class Venue {
  private constructor(
    readonly netns: Netns,
    readonly clientNetns: Netns,
    readonly server: Actor,
    readonly client: Actor,
    readonly family: Family,
    readonly address: string,
    readonly clientAddress: string,
    readonly listenAddress: string,
    readonly listener: number,
    readonly port: number,
  ) {}

  static async open(stage: Stage, options: VenueOptions = {}): Promise<Venue> {
    const { family = 4 } = options;
    const netns = options.netns ?? (await stage.netns());
    const clientNetns = options.clientNetns ?? netns;
    const address = options.address ?? (family === 4 ? '127.0.0.1' : '::1');
    const listenAddress = options.listenAddress ?? address;
    const server = await stage.actor('server', netns);
    const client = await stage.actor('client', clientNetns);
    const listener = await server.socket(family);
    await server.bind(listener, listenAddress, options.port);
    const port = await server.listen(listener);
    const clientAddress = options.clientAddress ?? address;
    return new Venue(netns, clientNetns, server, client, family, address, clientAddress, listenAddress, listener, port);
  }

  /** One connection, accepted. `prepare` gets the client's socket before it connects. */
  async pair(prepare: (clientFd: number) => Promise<unknown> = async () => undefined): Promise<Pair> {
    const clientFd = await this.client.socket(this.family);
    await prepare(clientFd);
    const { errno, localPort } = await this.client.connect(clientFd, this.address, this.port);
    if (errno !== 0) throw new Error(`connecting to ${this.address}:${this.port}: errno ${errno}`);
    return this.accepted(clientFd, localPort);
  }

  /** A connect by the client that must end in this errno, without waiting where that is EINPROGRESS. */
  async attempt(expected: number): Promise<{ fd: number; localPort: number }> {
    const fd = await this.client.socket(this.family);
    if (expected === EINPROGRESS) await this.client.nonBlocking(fd);
    const { errno, localPort } = await this.client.connect(fd, this.address, this.port);
    if (errno !== expected) throw new Error(`connect ended with errno ${errno}, not ${expected}`);
    return { fd, localPort };
  }

  /** The server's half of a connection that the client has made. */
  async accepted(clientFd: number, clientPort: number): Promise<Pair> {
    const { fd, peerPort } = await this.server.accept(this.listener);
    if (peerPort !== clientPort) throw new Error(`accepted port ${peerPort}, not ${clientPort}`);
    return this.pairOf(clientFd, fd, clientPort);
  }

  /** Both ends of a connection that was made with other calls. */
  pairOf(clientFd: number, serverFd: number, clientPort: number): Pair {
    return new Pair(this, clientFd, serverFd, clientPort);
  }

  /** The truth of the listener: still open unless its path says otherwise. */
  listening(path = 'UNCONN LISTEN', closeReason?: CloseReason): Truth {
    const { family, listener: fd } = this;
    return {
      netns: this.netns.inode,
      tuple: {
        family,
        localAddr: this.listenAddress,
        localPort: this.port,
        remoteAddr: anyAddress(family),
        remotePort: 0,
      },
      origin: 'listen',
      path,
      closeReason,
      holder: { pid: this.server.pid, comm: this.server.comm, fd },
    };
  }

  /** The truth of a client's socket at a local port. */
  connecting(fd: number, localPort: number, path: string, closeReason?: CloseReason): Truth {
    return {
      netns: this.clientNetns.inode,
      tuple: {
        family: this.family,
        localAddr: this.clientAddress,
        localPort,
        remoteAddr: this.address,
        remotePort: this.port,
      },
      origin: 'connect',
      path: `UNCONN SYN-SENT ${path}`.trim(),
      closeReason,
      holder: { pid: this.client.pid, comm: this.client.comm, fd },
    };
  }
}

/** Both ends of one connection. */
export class Pair {
  constructor(
    readonly venue: Venue,
    readonly clientFd: number,
    readonly serverFd: number,
    readonly clientPort: number,
  ) {}

  /** The truth of the client's end; `path` after `UNCONN SYN-SENT`. */
  connected(path: string, closeReason?: CloseReason): Truth {
    return this.venue.connecting(this.clientFd, this.clientPort, path, closeReason);
  }

  /** The truth of the server's end; `path` after `LISTEN SYN-RECV`. */
  accepted(path: string, closeReason?: CloseReason): Truth {
    const { venue } = this;
    return {
      netns: venue.netns.inode,
      tuple: {
        family: venue.family,
        localAddr: venue.address,
        localPort: venue.port,
        remoteAddr: venue.clientAddress,
        remotePort: this.clientPort,
      },
      origin: 'accept',
      path: `LISTEN SYN-RECV ${path}`,
      closeReason,
      holder: { pid: venue.server.pid, comm: venue.server.comm, fd: this.serverFd },
    };
  }

  /** States of this connection's client end, as ss shows them now: none when it is gone. */
  clientStates(): Promise<string[]> {
    return this.venue.clientNetns.states(`sport = :${this.clientPort}`);
  }

  /** And of its server end. */
  serverStates(): Promise<string[]> {
    return this.venue.netns.states(`sport = :${this.venue.port} and dport = :${this.clientPort}`);
  }
}
