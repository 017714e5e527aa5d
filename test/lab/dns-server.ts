import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import type { Netns } from './netns.js';
import { until } from './until.js';

const OPTIONS = { reject: false, stdio: 'ignore' } as const;

export interface DnsOptions {
  /** Of every answer, seconds. */
  readonly ttl?: number;
  /** By alias, the name that it resolves to. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** A real dnsmasq in a namespace, on loopback, that answers for the given names and asks no other server. */
export class DnsServer {
  private constructor(
    private readonly netns: Netns,
    private readonly hostsFile: string,
    private readonly child: ResultPromise<typeof OPTIONS>,
  ) {}

  /** @param names `ADDRESS NAME` lines */
  static async start(
    netns: Netns,
    directory: string,
    names: readonly string[],
    options: DnsOptions = {},
  ): Promise<DnsServer> {
    const hostsFile = join(directory, `${netns.name}.names`);
    const { ttl = 300, aliases = {} } = options;
    const flags = [
      '--no-daemon',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
      '--local=/test/',
      '--user=root',
      '--bind-interfaces',
    ];
    const more = Object.entries(aliases).map(([alias, name]) => `--cname=${alias},${name}`);
    writeFileSync(hostsFile, `${names.join('\n')}\n192.0.2.254 ready.invalid\n`);
    const child = execa(
      ...netns.inside(
        'dnsmasq',
        ...flags,
        '--listen-address=127.0.0.1,::1',
        `--addn-hosts=${hostsFile}`,
        `--local-ttl=${ttl}`,
        ...more,
      ),
      OPTIONS,
    );
    const server = new DnsServer(netns, hostsFile, child);
    await until('dnsmasq', async () => (await server.ask('ready.invalid')).includes('192.0.2.254'));
    return server;
  }

  /** Asks as a program would: what `dig +short` prints, a line each. */
  async ask(name: string, ...words: string[]): Promise<string[]> {
    const [file, args] = this.netns.inside('dig', '@127.0.0.1', '+short', '+tries=1', '+time=2', name, ...words);
    const { stdout } = await execa(file, args, { reject: false });
    return stdout.split('\n').filter((line) => line !== '');
  }

  /** Knows these names from now on, and waits until `name` is answered with `address`. */
  async move(names: readonly string[], name: string, address: string): Promise<void> {
    writeFileSync(this.hostsFile, `${names.join('\n')}\n`);
    this.child.kill('SIGHUP');
    await until(`${name} to be ${address}`, async () => (await this.ask(name)).includes(address));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child;
  }
}
