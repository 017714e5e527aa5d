import { createInterface } from 'node:readline';
import { execa, type ResultPromise } from 'execa';
import { stateOfCode, type TcpState } from '../../src/model/tcp-state.js';
import { until } from './until.js';

const OPTIONS = { reject: false } as const;

/** One line a state change, straight from the tracepoint: nothing here is shared with what sstory does. */
const programFor = (netns: number | undefined) => `
tracepoint:sock:inet_sock_set_state /args->protocol == 6/ {
  $sk = (struct sock *)args->skaddr;
  ${netns === undefined ? '' : `if ($sk->__sk_common.skc_net.net->ns.inum != ${netns}) { return; }`}
  $port = args->sport;
  // A socket that leaves CLOSE still has the port of its last life there.
  if (args->oldstate == 7) { $port = $sk->__sk_common.skc_num; }
  printf("%llu %u %p %d %d %d %d\\n", nsecs, $sk->__sk_common.skc_net.net->ns.inum, args->skaddr, $port, args->dport, args->oldstate, args->newstate);
}
interval:ms:100 { printf("beat\\n"); }
`;

/** What the kernel traced of one socket from its first state to its last. */
export interface Life {
  readonly netns: number;
  localPort: number;
  readonly remotePort: number;
  /** State names, `UNCONN` for the kernel's TCP_CLOSE. */
  readonly path: TcpState[];
}

/** A state change, as the kernel traced it. */
export interface Change {
  /** Since boot. */
  readonly nsecs: bigint;
  readonly netns: number;
  readonly address: string;
  readonly localPort: number;
  readonly remotePort: number;
  readonly from: TcpState;
  readonly to: TcpState;
}

/** TCP state changes of the host, as plain bpftrace prints them. */
export class KernelTrace {
  private readonly changes: Change[] = [];
  private beats = 0;

  private constructor(private readonly child: ResultPromise<typeof OPTIONS>) {
    createInterface({ input: child.stdout }).on('line', (line) => this.read(line));
  }

  /** Of one namespace, or of all: on a busy host that is too much to keep for long. */
  static async start(netns?: number): Promise<KernelTrace> {
    const trace = new KernelTrace(execa('bpftrace', ['-q', '-B', 'line', '-e', programFor(netns)], OPTIONS));
    await trace.settle();
    return trace;
  }

  /** The lives of the sockets of these namespaces, as far as they have come. */
  lives(netns: ReadonlySet<number>): Life[] {
    return livesOf(this.changes.filter((change) => netns.has(change.netns)));
  }

  /** The state changes of a namespace, in no order, as far as they have come. */
  changesOf(netns: number): Change[] {
    return this.changes.filter((change) => change.netns === netns);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGINT');
    await this.child;
  }

  /** Two beats later, everything from before has been printed: bpftrace empties its buffers round after round. */
  async settle(): Promise<void> {
    const target = this.beats + 2;
    await until('bpftrace', () => this.beats >= target || this.child.exitCode !== null);
    if (this.beats < target) throw new Error(`bpftrace ended: ${(await this.child).stderr}`);
  }

  private read(line: string): void {
    if (line === 'beat') this.beats++;
    const [nsecs = '', netns, address = '', localPort, remotePort, oldState, newState] = line.split(' ');
    const from = stateOfCode(Number(oldState));
    const to = stateOfCode(Number(newState));
    if (from === undefined || to === undefined) return;
    this.changes.push({
      nsecs: BigInt(nsecs),
      netns: Number(netns),
      address,
      localPort: Number(localPort),
      remotePort: Number(remotePort),
      from,
      to,
    });
  }
}

/** Each CPU has a buffer of its own, so lines are out of order; and the address of a socket that is gone is used again. */
function livesOf(changes: readonly Change[]): Life[] {
  const all: Life[] = [];
  const open = new Map<string, Life>();
  for (const change of changes.toSorted((a, b) => Number(a.nsecs - b.nsecs))) {
    let life = open.get(change.address);
    // tcp_abort() closes a listener, and then again, with the error.
    if (life === undefined && change.from === 'UNCONN' && change.to === 'UNCONN') continue;
    if (life === undefined) {
      const { netns, remotePort, from } = change;
      life = { netns, localPort: 0, remotePort, path: [from] };
      open.set(change.address, life);
      all.push(life);
    }
    if (life.localPort === 0) life.localPort = change.localPort;
    life.path.push(change.to);
    if (change.to === 'UNCONN') open.delete(change.address);
  }
  return all;
}
