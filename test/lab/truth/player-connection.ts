import type { Socket } from 'node:net';
import type { Interface } from 'node:readline';
import type { End } from './true-life.js';

/** What a player answers: scripts/lab/player.c has the meaning. */
export interface Report {
  readonly fromUs: number;
  readonly toUs: number;
  readonly errno: number;
  readonly value: number;
  readonly inode: number | undefined;
  readonly local: End | undefined;
  readonly peer: End | undefined;
  readonly state: number | undefined;
}

interface Answer extends Omit<Report, 'fromUs' | 'toUs' | 'local' | 'peer'> {
  readonly from: number;
  readonly to: number;
  readonly local?: [string, number];
  readonly peer?: [string, number];
}

/** One command at a time. */
export class PlayerConnection {
  private readonly waiting: ((line: string | undefined) => void)[] = [];

  constructor(
    private readonly socket: Socket,
    lines: Interface,
  ) {
    lines.on('line', (line) => this.waiting.shift()?.(line));
    // A player that has ended closes it; readline emits the error of its input too.
    for (const each of [socket, lines]) each.on('error', () => undefined);
    socket.on('close', () => {
      for (const resolve of this.waiting.splice(0)) resolve(undefined);
    });
  }

  send(command: string): void {
    this.socket.write(`${command}\n`);
  }

  async ask(command: string): Promise<Report> {
    const line = await new Promise<string | undefined>((resolve) => {
      this.waiting.push(resolve);
      this.send(command);
    });
    if (line === undefined) throw new Error(`a player ended before it answered: ${command}`);
    const { from, to, errno, value, inode, local, peer, state } = JSON.parse(line) as Answer;
    return { fromUs: from, toUs: to, errno, value, inode, local: endOf(local), peer: endOf(peer), state };
  }

  close(): void {
    this.socket.destroy();
  }
}

function endOf(pair: [string, number] | undefined): End | undefined {
  return pair === undefined ? undefined : { address: pair[0], port: pair[1] };
}
