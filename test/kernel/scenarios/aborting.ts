/** Connections that end with a RST. */
import { until } from '../../lab/until.js';
import { type Scenario, withEvents } from './scenario.js';
import { Venue } from './venue.js';

const linger: Scenario = {
  name: 'RST by SO_LINGER 0',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const pair = await venue.pair();
    await venue.client.option(pair.clientFd, 'linger', 0);
    await venue.client.close(pair.clientFd);
    await venue.server.receiveError(pair.serverFd);
    await venue.server.close(pair.serverFd);
    return [
      venue.listening(),
      withEvents(pair.connected('ESTAB UNCONN', 'aborted'), 'reset sent'),
      withEvents(pair.accepted('ESTAB UNCONN', 'reset by peer'), 'reset received'),
    ];
  },
};

const unreadData: Scenario = {
  name: 'close with unread data',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const pair = await venue.pair();
    await venue.client.send(pair.clientFd, 100);
    await venue.server.receive(pair.serverFd, 0);
    await venue.server.close(pair.serverFd);
    await venue.client.receiveError(pair.clientFd);
    await venue.client.close(pair.clientFd);
    return [
      venue.listening(),
      withEvents(pair.connected('ESTAB UNCONN', 'reset by peer'), 'reset received'),
      withEvents(pair.accepted('ESTAB UNCONN', 'aborted'), 'reset sent'),
    ];
  },
};

/** A RST after our side has seen the end of the stream: the kernel calls that EPIPE. */
const resetInCloseWait: Scenario = {
  name: 'RST in CLOSE-WAIT',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const pair = await venue.pair();
    await venue.client.shutdown(pair.clientFd);
    await until('FIN-WAIT-2', async () => (await pair.clientStates()).includes('FIN-WAIT-2'));
    await venue.client.option(pair.clientFd, 'linger', 0);
    await venue.client.close(pair.clientFd);
    return [
      venue.listening(),
      pair.connected('ESTAB FIN-WAIT-1 FIN-WAIT-2 UNCONN', 'aborted'),
      pair.accepted('ESTAB CLOSE-WAIT UNCONN', 'reset by peer'),
    ];
  },
};

const destroyed: Scenario = {
  name: 'ss -K',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const pair = await venue.pair();
    await venue.netns.run('ss', '-K', '-tn', 'state', 'established', 'sport', '=', `:${pair.clientPort}`);
    await venue.server.receiveError(pair.serverFd);
    return [
      venue.listening(),
      pair.connected('ESTAB UNCONN', 'destroyed'),
      pair.accepted('ESTAB UNCONN', 'reset by peer'),
    ];
  },
};

const destroyedListener: Scenario = {
  name: 'ss -K of a listener',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.run('ss', '-K', '-tn', 'state', 'listening', 'sport', '=', `:${venue.port}`);
    return [withEvents(venue.listening('UNCONN LISTEN UNCONN', 'destroyed'), 'error ECONNABORTED')];
  },
};

export const ABORTING: readonly Scenario[] = [linger, unreadData, resetInCloseWait, destroyed, destroyedListener];
