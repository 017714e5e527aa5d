import { deepEqual, equal } from 'node:assert/strict';
import { execa } from 'execa';
import { AnswerListeners, type Losses, type ReceivedMessage } from '../../src/names/answer-listeners.js';
import type { Netns } from '../lab/netns.js';
import { atLeast } from '../lab/number-assertions.js';
import { requireRoot } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { FLOOD, floodOfAnswers } from './flood.js';

const QUERY = '00010100';
const ANSWER = '00018180';
const LAST = '00ff8180';

/** Sends UDP datagrams inside: `[from port, to port, hex]` each, from 127.0.0.1 (::1) to itself. */
async function send(
  netns: Netns,
  family: 4 | 6,
  datagrams: readonly (readonly [number, number, string])[],
): Promise<void> {
  const program = `
    const { createSocket } = require('node:dgram');
    const address = ${family === 4 ? "'127.0.0.1'" : "'::1'"};
    (async () => {
      for (const [from, to, hex] of ${JSON.stringify(datagrams)}) {
        const socket = createSocket('udp${family}');
        await new Promise((done) => socket.bind(from, address, done));
        await new Promise((done) => socket.send(Buffer.from(hex.padEnd(24, '0'), 'hex'), to, address, done));
        socket.close();
      }
    })();`;
  await execa(...netns.inside(process.execPath, '-e', program));
}

describe('listening for DNS answers', () => {
  const stage = new Stage();
  const losses: Losses = { dropped: 0, unreadable: 0 };
  let netns: Netns;
  let listeners: AnswerListeners;

  before(async function () {
    requireRoot(this);
    netns = await stage.netns();
    listeners = new AnswerListeners(losses);
    listeners.follow([{ netns: netns.inode, path: netns.path }]);
  });
  after(async () => {
    listeners?.closeAll();
    await stage[Symbol.asyncDispose]();
  });

  /** Everything that arrives before the last message. */
  async function received(): Promise<string[]> {
    const all: ReceivedMessage[] = [];
    const starts = () => all.map(({ message }) => Buffer.from(message).toString('hex').slice(0, 8));
    await until('the last message', () => {
      all.push(...listeners.drain());
      return starts().includes(LAST);
    });
    return starts().filter((start) => start !== LAST);
  }

  for (const family of [4, 6] as const) {
    it(`receives each answer once over IPv${family}, though loopback shows each packet twice, and nothing else`, async () => {
      await send(netns, family, [
        [53, 4_000, ANSWER],
        [4_000, 53, QUERY],
        [53, 4_000, QUERY],
        [54, 4_000, ANSWER],
        [4_000, 53, ANSWER],
        [53, 4_000, LAST],
      ]);
      deepEqual(await received(), [ANSWER]);
    });
  }

  it('has lost nothing so far', () => deepEqual(losses, { dropped: 0, unreadable: 0 }));

  it('counts what the kernel dropped', async () => {
    await execa(...netns.inside(process.execPath, '-e', floodOfAnswers()));
    let count = 0;
    for (let more = listeners.drain().length; more > 0; more = listeners.drain().length) count += more;
    equal(count + losses.dropped, FLOOD);
    atLeast(losses.dropped, 1, 'dropped');
  });

  it('closes the sockets of a namespace that has gone', async () => {
    equal((await netns.run('cat', '/proc/net/packet')).split('\n').length, 1 + 2);
    deepEqual(listeners.follow([]).gone, [netns.inode]);
    equal((await netns.run('cat', '/proc/net/packet')).split('\n').length, 1);
  });
});
