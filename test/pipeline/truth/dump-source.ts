/** Takes the dumps of a simulated kernel: what differs from the one before, as the thread that takes them reports it. */

import type { NetnsChange, NetnsRound, Snapshot } from '../../../src/model/snapshot.js';
import { snapshotOf } from '../../../src/model/snapshot-rows.js';
import type { SocketRow, SocketTimer } from '../../../src/model/socket-row.js';
import { row } from '../stories.js';
import type { SimulatedKernel } from './kernel.js';
import type { Life } from './life.js';

export interface DumpOptions {
  readonly withTimeWaits: boolean;
  /** The dump of the last namespace cannot be read: not twice in a row, and not the host's own. */
  readonly fails?: boolean;
  /** What happens while the first one is read. */
  readonly meanwhile?: () => void;
  readonly offsetUs: () => number;
}

interface NetnsMemory {
  /** Undefined: the next dump is compared with nothing. */
  rows: Map<number, string> | undefined;
}

export class DumpSource {
  private readonly memories = new Map<number, NetnsMemory>();
  private readonly asked = new Set<number>();

  constructor(private readonly kernel: SimulatedKernel) {}

  /** One dump of each namespace, after those that are new and before those that are gone. */
  take({
    withTimeWaits,
    fails = false,
    meanwhile = () => undefined,
    offsetUs,
  }: DumpOptions): (Snapshot | NetnsChange | NetnsRound)[] {
    const { kernel } = this;
    const found = new Set(kernel.netns);
    const listedBootUs = kernel.nowUs;
    const before = [...this.memories.keys()];
    const dumps: Snapshot[] = [];
    const come: number[] = [];
    for (const [index, netns] of [...kernel.netns].entries()) {
      const memory = this.memories.get(netns) ?? { rows: undefined };
      this.memories.set(netns, memory);
      if (!before.includes(netns)) come.push(netns);
      if (fails && index > 0 && index === kernel.netns.size - 1 && memory.rows !== undefined) memory.rows = undefined;
      else
        dumps.push(
          this.takeOne(
            netns,
            memory,
            withTimeWaits || memory.rows === undefined,
            index === 0 ? meanwhile : () => undefined,
            offsetUs(),
          ),
        );
    }
    const gone = before.filter((netns) => !kernel.netns.has(netns));
    for (const netns of gone) this.memories.delete(netns);
    kernel.beat();
    const change = { kind: 'netns', bootUs: kernel.nowUs, offsetUs: offsetUs() } as const;
    return [
      ...come.map((netns) => ({ ...change, netns, present: true })),
      ...dumps,
      ...gone.map((netns) => ({ ...change, netns, present: false })),
      { kind: 'netns-round', bootUs: listedBootUs, offsetUs: offsetUs(), found, unsure: new Set() },
    ];
  }

  private takeOne(
    netns: number,
    memory: NetnsMemory,
    withTimeWaits: boolean,
    meanwhile: () => void,
    offsetUs: number,
  ): Snapshot {
    const { kernel } = this;
    kernel.beat();
    const startBootUs = kernel.nowUs;
    // The kernel's table is walked bucket by bucket: half of the four-tuples are read before what happens meanwhile.
    const first = this.rows(netns, withTimeWaits, isFirst);
    meanwhile();
    const rows = [...first, ...this.rows(netns, withTimeWaits, (life) => !isFirst(life))];
    kernel.beat();
    const { rows: before } = memory;
    // A running timer is no difference, unless it was restarted.
    const due = (each: SocketRow) => Math.round((startBootUs + each.timer.expiresMs * 1000) / 250_000);
    const textOf = (each: SocketRow) => JSON.stringify({ ...each, timer: [each.timer.kind, due(each)] });
    const changed = rows.filter((each) => this.asked.has(each.cookie) || before?.get(keyOf(each)) !== textOf(each));
    for (const { cookie } of rows) this.asked.delete(cookie);
    const isLeftOut = (key: number) => !withTimeWaits && key < 0;
    const kept = [...(before ?? [])].filter(([key]) => isLeftOut(key));
    const now = new Map([...kept, ...rows.map((each) => [keyOf(each), textOf(each)] as const)]);
    memory.rows = now;
    const gone = [...(before?.keys() ?? [])].filter((key) => !now.has(key));
    return {
      ...snapshotOf(changed, { netns, startBootUs, endBootUs: kernel.nowUs, offsetUs }),
      count: rows.length,
      withoutTimeWait: !withTimeWaits,
      gone: before === undefined ? undefined : Float64Array.from(gone),
      askAgain: (cookie) => this.asked.add(cookie),
      askForOwners: () => undefined,
    };
  }

  private rows(netns: number, withTimeWaits: boolean, isOf: (life: Life) => boolean): SocketRow[] {
    const { kernel } = this;
    return kernel.open
      .filter((life) => life.netns === netns && isOf(life) && (withTimeWaits || life.state !== 'TIME-WAIT'))
      .map((life) =>
        row(life.state === 'NEW-SYN-RECV' ? 'SYN-RECV' : life.state, {
          tuple: life.tuple,
          cookie: kernel.cookieOf(life),
          inode: life.sock?.inode ?? 0,
          uid: 0,
          timer: timerOf(life, kernel.nowUs),
        }),
      );
  }
}

/** What ChangeMemory knows a socket by: a full socket that connected again has the cookie of the TIME-WAIT of its last connection. */
function keyOf({ cookie, state }: SocketRow): number {
  return state === 'TIME-WAIT' ? -cookie : cookie;
}

function timerOf({ timewait }: Life, nowUs: number): SocketTimer {
  if (timewait === undefined) return { kind: 'off', expiresMs: 0, retransmits: 0 };
  return { kind: 'timewait', expiresMs: Math.max(0, Math.ceil((timewait.dueUs - nowUs) / 1000)), retransmits: 0 };
}

/** Which half of the kernel's table of connections has it. */
function isFirst({ tuple }: Life): boolean {
  return (tuple.localPort + tuple.remotePort) % 2 === 0;
}
