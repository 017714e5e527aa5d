import { createInterface } from 'node:readline';
import { execa, type ResultPromise } from 'execa';
import { stateOfCode } from '../../src/model/tcp-state.js';
import { until } from './until.js';

const OPTIONS = { reject: false } as const;

/** One line a state change, straight from the tracepoint: nothing here is shared with what sstory does. */
const PROGRAM = `
tracepoint:sock:inet_sock_set_state /args->protocol == 6/ {
  $sk = (struct sock *)args->skaddr;
  printf("%u %p %d %d %d %d\\n", $sk->__sk_common.skc_net.net->ns.inum, args->skaddr, args->sport, args->dport, args->oldstate, args->newstate);
}
interval:ms:100 { printf("beat\\n"); }
`;

/** What the kernel said of one socket from its first state to its last. */
export interface Life {
  readonly netns: number;
  localPort: number;
  readonly remotePort: number;
  /** State names, `UNCONN` for the kernel's TCP_CLOSE. */
  readonly path: string[];
}

/** All TCP state changes of the host, as plain bpftrace prints them. */
export class KernelTrace {
  private readonly open = new Map<string, Life>();
  private readonly all: Life[] = [];
  private beats = 0;

  private constructor(private readonly child: ResultPromise<typeof OPTIONS>) {
    createInterface({ input: child.stdout }).on('line', (line) => this.read(line));
  }

  static async start(): Promise<KernelTrace> {
    const trace = new KernelTrace(execa('bpftrace', ['-q', '-B', 'line', '-e', PROGRAM], OPTIONS));
    await trace.beat();
    return trace;
  }

  /** The lives of the sockets of these namespaces, as far as they have come by now. */
  async lives(netns: ReadonlySet<number>): Promise<Life[]> {
    await this.beat();
    return this.all.filter((life) => netns.has(life.netns));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGINT');
    await this.child;
  }

  /** Two beats later, everything from before has been printed: bpftrace empties its buffers round after round. */
  private async beat(): Promise<void> {
    const target = this.beats + 2;
    await until('bpftrace', () => this.beats >= target || this.child.exitCode !== null);
    if (this.beats < target) throw new Error(`bpftrace ended: ${(await this.child).stderr}`);
  }

  private read(line: string): void {
    if (line === 'beat') this.beats++;
    const [netns = '', address = '', localPort, remotePort, oldState, newState] = line.split(' ');
    const from = stateOfCode(Number(oldState));
    const to = stateOfCode(Number(newState));
    if (from === undefined || to === undefined) return;
    let life = this.open.get(address);
    if (life === undefined) {
      life = { netns: Number(netns), localPort: 0, remotePort: Number(remotePort), path: [from] };
      this.open.set(address, life);
      this.all.push(life);
    }
    if (life.localPort === 0) life.localPort = Number(localPort);
    life.path.push(to);
    if (to === 'UNCONN') this.open.delete(address);
  }
}
