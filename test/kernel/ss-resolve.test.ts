/** `ss -r` against real DNS: all names at once, each once, and no waiting for a server that does not answer. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Netns } from '../lab/netns.js';
import { atLeast } from '../lab/number-assertions.js';
import { outputOf } from '../lab/output.js';
import { requireRoot } from '../lab/privileges.js';
import { MAIN } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const SERVER = fileURLToPath(new URL('../lab/reverse-dns.js', import.meta.url));
const HOSTS = 12;
const addresses = Array.from({ length: HOSTS }, (_, index) => `192.0.2.${index + 1}`);

describe('host names in a listing', () => {
  let stage: Stage;
  let place: Netns;
  let asked: () => string[];

  /** A namespace with listeners at the addresses, whose resolver is a server that holds its answers back. */
  async function make(holdBack: number): Promise<void> {
    stage = new Stage();
    place = await stage.netns();
    const directory = `/etc/netns/${place.name}`;
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/resolv.conf`, 'nameserver 127.0.0.53\n');
    stage.use({ [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true }) });
    const server = stage.process(execa(...place.inside(process.execPath, SERVER, String(holdBack)), { reject: false }));
    const printed = outputOf(server.stdout);
    await until('the DNS server', () => printed().includes('ready'));
    asked = () => printed().trim().split('\n').slice(1);
    const actor = await stage.actor('listener', place);
    for (const address of addresses) {
      await place.run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
      await actor.listenAt(address, 8_080);
    }
  }
  afterEach(() => stage?.[Symbol.asyncDispose]());

  /** `ip netns exec` gives the process the namespace's own resolv.conf. */
  const listing = () =>
    execa('ip', ['netns', 'exec', place.name, process.execPath, MAIN, 'ss', '-tlrnH'], { reject: false });

  it('are asked for all at once, each once', async function () {
    requireRoot(this);
    await make(HOSTS);
    const { stdout, exitCode } = await listing();
    equal(exitCode, 0);
    for (const address of addresses) match(stdout, new RegExp(` host-${address.replaceAll('.', '-')}\\.test:8080 `));
    deepEqual(asked().sort(), addresses.toSorted());
  });

  it('are left out where the server does not answer: the listing comes all the same', async function () {
    requireRoot(this);
    await make(0);
    const { stdout, exitCode } = await listing();
    equal(exitCode, 0);
    for (const address of addresses) ok(stdout.includes(` ${address}:8080 `), stdout);
    atLeast(asked().length, HOSTS, 'questions asked');
  });
});
