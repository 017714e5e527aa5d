/** Sockets that live on in the kernel after their process has closed them. */
import { until } from '../../lab/until.js';
import { type Scenario, withEvents } from './scenario.js';
import { Venue } from './venue.js';

/** The peer closes too, a while later: the kernel's small FIN-WAIT-2 socket becomes a TIME-WAIT without a tracepoint. */
const closedByPeer: Scenario = {
  name: 'close before the peer does',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const pair = await venue.pair();
    await venue.client.close(pair.clientFd);
    await until('FIN-WAIT-2', async () => (await pair.clientStates()).includes('FIN-WAIT-2'));
    await venue.server.receive(pair.serverFd);
    await venue.server.close(pair.serverFd);
    return [
      venue.listening(),
      pair.connected('ESTAB FIN-WAIT-1 FIN-WAIT-2 ~TIME-WAIT', 'orderly'),
      pair.accepted('ESTAB CLOSE-WAIT LAST-ACK UNCONN', 'orderly'),
    ];
  },
};

/** The peer never closes: after TCP_LINGER2 seconds the kernel gives up. */
const waitedInVain: Scenario = {
  name: 'orphan whose peer never closes',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const pair = await venue.pair();
    await venue.client.option(pair.clientFd, 'linger2', 5);
    await venue.client.close(pair.clientFd);
    await venue.server.receive(pair.serverFd);
    await until('the end of FIN-WAIT-2', async () => (await pair.clientStates()).length === 0);
    return [
      venue.listening(),
      pair.connected('ESTAB FIN-WAIT-1 FIN-WAIT-2 ~UNCONN', 'timed out'),
      pair.accepted('ESTAB CLOSE-WAIT'),
    ];
  },
};

/** The peer vanishes: FINs go unanswered until the kernel gives up on its orphan, and the other end knows nothing. */
const halfOpen: Scenario = {
  name: 'half-open orphan',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.sysctl('net.ipv4.tcp_orphan_retries', 1);
    const pair = await venue.pair();
    await venue.netns.packets.drop(`tcp dport ${venue.port}`);
    await venue.client.close(pair.clientFd);
    await until('the end of the orphan', async () => (await pair.clientStates()).length === 0);
    return [
      venue.listening(),
      withEvents(pair.connected('ESTAB FIN-WAIT-1 UNCONN', 'timed out'), 'retransmit data'),
      pair.accepted('ESTAB'),
    ];
  },
};

export const ORPHANS: readonly Scenario[] = [closedByPeer, waitedInVain, halfOpen];
