import type { Family } from '../../../src/model/address.js';
import type { Place } from './place.js';
import type { PlayerConnection, Report } from './player-connection.js';
import type { TrueLife } from './true-life.js';

/** A process of a story, and what it holds. */
export class Player {
  /** Its sockets by descriptor. */
  readonly sockets = new Map<number, { readonly socket: TrueSocket; readonly closesOnExec: boolean }>();
  isGone = false;
  /** Of a socket that only a thread with descriptors of its own has. */
  threadLife: TrueLife | undefined;

  constructor(
    readonly pid: number,
    public comm: string,
    public place: Place,
    private readonly connection: PlayerConnection,
  ) {}

  /** Makes a call, and answers what became of it, whatever that is. */
  async ask(...words: readonly (string | number)[]): Promise<Report> {
    return this.connection.ask(words.join(' '));
  }

  /** Makes a call that must succeed. */
  async call(...words: readonly (string | number)[]): Promise<Report> {
    const report = await this.ask(...words);
    if (report.errno !== 0) throw new Error(`${this.comm}[${this.pid}]: ${words.join(' ')}: errno ${report.errno}`);
    return report;
  }

  /** The last command, which has no answer. */
  leave(): void {
    this.connection.send('exit');
  }

  toString(): string {
    return `${this.comm}[${this.pid}]`;
  }
}

/** A descriptor of a process. */
export interface Descriptor {
  readonly player: Player;
  readonly fd: number;
}

/** A socket as processes hold it: one file, with one life after another. */
export class TrueSocket {
  readonly descriptors: Descriptor[] = [];
  /** undefined: it was never connected, or its life has ended or goes on without it, as a TIME-WAIT. */
  life: TrueLife | undefined;
  /** SO_LINGER 0 is set: it resets when it is closed. */
  resets = false;
  /** The address it was bound to. */
  boundTo: string | undefined;
  isNonBlocking = false;
  /** It was connected, not accepted: it can be again. */
  hadLife = false;
  /** To a v4-mapped address. */
  wasMapped = false;
  wasAccepted = false;
  /** But only after a connect to AF_UNSPEC. */
  needsUnspec = false;
  /** TCP_SYNCNT is 1: an unanswered connect times out after seconds. */
  givesUp = false;
  /** SHUT_RD: data for it resets it in some states. */
  takesNothing = false;

  constructor(
    readonly place: Place,
    readonly family: Family,
    readonly inode: number,
  ) {}

  /** Of a process that can be asked about it. */
  get descriptor(): Descriptor | undefined {
    return this.descriptors[0];
  }
}
