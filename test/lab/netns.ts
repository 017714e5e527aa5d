import { existsSync, statSync } from 'node:fs';
import { execa, execaSync } from 'execa';
import { PacketFilter } from './packet-filter.js';

let made = 0;
let swept: Promise<void> | undefined;

/** Deletes namespaces of test runs that were killed: their names have the pid of a process that has ended. */
async function sweep(): Promise<void> {
  const { stdout } = await execa('ip', ['netns', 'list']);
  for (const [, name = '', pid = ''] of stdout.matchAll(/^(sstory-(\d+)-\d+)\b/gm)) {
    if (!existsSync(`/proc/${pid}`)) await execa('ip', ['netns', 'del', name], { reject: false });
  }
}

/** The names of those that exist, which a process that ends early leaves. */
const existing = new Set<string>();
process.once('exit', () => {
  for (const name of existing) execaSync('ip', ['netns', 'del', name], { reject: false });
});

/** A network namespace of its own, loopback up, gone with everything in it when disposed. */
export class Netns {
  /** How the kernel names it in BPF and in sock_diag's world: the inode of /proc/PID/ns/net. */
  readonly inode: number;
  readonly packets: PacketFilter;

  private constructor(readonly name: string) {
    this.inode = statSync(this.path).ino;
    this.packets = new PacketFilter((...command) => this.run(...command));
  }

  /** `named`: fails where there is one of that name. Without it, the name has the pid of this process. */
  static async create(named?: string): Promise<Netns> {
    swept ??= sweep();
    await swept;
    const name = named ?? `sstory-${process.pid}-${++made}`;
    await execa('ip', ['netns', 'add', name]);
    existing.add(name);
    const netns = new Netns(name);
    await netns.run('ip', 'link', 'set', 'lo', 'up');
    return netns;
  }

  get path(): string {
    return `/run/netns/${this.name}`;
  }

  /** A command line that runs another one inside. */
  inside(...command: string[]): [file: string, args: string[]] {
    return ['nsenter', [`--net=${this.path}`, ...command]];
  }

  /** Runs a command inside, to its end: what it printed. Fails when it does. */
  async run(...command: string[]): Promise<string> {
    const { stdout } = await execa(...this.inside(...command));
    return stdout;
  }

  /** Sets a sysctl of this namespace: `net.ipv4.tcp_syn_retries`. */
  async sysctl(name: string, value: number): Promise<void> {
    await this.run('sh', '-c', `echo ${value} > /proc/sys/${name.replaceAll('.', '/')}`);
  }

  /** The states of TCP sockets as the real ss shows them, of those that its filter selects. */
  async states(filter = ''): Promise<string[]> {
    const lines = await this.run('ss', '-tanH', ...filter.split(' ').filter((word) => word !== ''));
    return lines.split('\n').flatMap((line) => line.split(/\s+/, 1).filter((state) => state !== ''));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    existing.delete(this.name);
    await execa('ip', ['netns', 'del', this.name]);
  }
}

/** One end of a veth pair, with its addresses; `mac` is the link-layer address. */
export interface VethEnd {
  readonly netns: Netns;
  readonly device: string;
  readonly v4: string;
  readonly v6: string;
  readonly mac: string;
}

/** Joins two namespaces with a veth pair, addresses of both families on each end. */
export async function joinByVeth(left: Netns, right: Netns): Promise<[VethEnd, VethEnd]> {
  const device = 'veth0';
  await left.run('ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', device, 'netns', right.name);
  return [await addressVeth(left, device, 1), await addressVeth(right, device, 2)];
}

async function addressVeth(netns: Netns, device: string, host: number): Promise<VethEnd> {
  const v4 = `192.0.2.${host}`;
  const v6 = `2001:db8::${host}`;
  await netns.run('ip', 'address', 'add', `${v4}/24`, 'dev', device);
  await netns.run('ip', 'address', 'add', `${v6}/64`, 'dev', device, 'nodad');
  await netns.run('ip', 'link', 'set', device, 'up');
  const [link] = JSON.parse(await netns.run('ip', '-j', 'link', 'show', device)) as [{ address: string }];
  return { netns, device, v4, v6, mac: link.address };
}
