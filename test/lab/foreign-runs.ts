import { execa, type ResultPromise } from 'execa';
import { until } from './until.js';

const OPTIONS = { reject: false } as const;

const SOCKET_OF = (fd: string) =>
  `((struct socket *)((struct file *)(*(((struct task_struct *)curtask)->files->fdt->fd + ${fd})))->private_data)->sk`;

/** Counts by the same tracepoints as the programs of bpf/, and by none of their code. */
const PROGRAM = `
tracepoint:sock:inet_sock_set_state /args->protocol != 6/ { @silent = count(); }
tracepoint:sock:inet_sk_error_report /args->protocol != 6 || args->error == 0/ { @silent = count(); }
tracepoint:syscalls:sys_exit_accept, tracepoint:syscalls:sys_exit_accept4 {
  if (args->ret < 0) {
    @silent = count();
  } else {
    $sk = ${SOCKET_OF('args->ret')};
    if ($sk->sk_protocol != 6) { @silent = count(); }
  }
}
tracepoint:syscalls:sys_exit_connect /args->ret < 0/ { @connects = count(); }
interval:ms:100 { printf("beat\\n"); }
`;

/** How often programs of this host's other processes did what runs the probe's programs without a record, or makes connect(2) write one. */
export class ForeignRuns {
  private text = '';

  private constructor(private readonly child: ResultPromise<typeof OPTIONS>) {
    child.stdout.on('data', (piece: Buffer) => {
      this.text += String(piece);
    });
  }

  /** Counts from now on, as soon as it resolves. */
  static async start(): Promise<ForeignRuns> {
    const runs = new ForeignRuns(execa('bpftrace', ['-q', '-B', 'line', '-e', PROGRAM], OPTIONS));
    await until('bpftrace', () => runs.text.includes('beat') || runs.child.exitCode !== null);
    return runs;
  }

  /** Ends it: the counts. */
  async stop(): Promise<{ readonly silent: number; readonly connects: number }> {
    this.child.kill('SIGINT');
    const { stdout, stderr } = await this.child;
    if (!stdout.includes('beat')) throw new Error(`bpftrace ended: ${stderr}`);
    const of = (name: string) => Number(new RegExp(`^@${name}: (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0);
    return { silent: of('silent'), connects: of('connects') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGINT');
    await this.child;
  }
}
