import { randomInt } from 'node:crypto';
import { SstoryError } from '../model/error.js';
import type { RunNote } from '../model/run-note.js';
import { SELF_CHECK_ADDRESS } from '../model/self-check.js';
import { failToConnect } from '../sys/failing-connect.js';
import { PAGE_BYTES } from '../sys/mapping.js';
import { TakeOverRefused } from '../sys/pidfd.js';
import { arrives } from './arrivals.js';
import { type Attached, attach, probeNote } from './attach.js';
import { type Bpftrace, minorVersion } from './bpftrace.js';
import type { RecordContext } from './event-record.js';
import { type DescriptorKeeper, noteOfKept, receivePrograms } from './kept-programs.js';
import type { ProgramOptions } from './program.js';
import { ALL_RINGS_BYTES, type RingOptions, RingTransport, ringBytesOf } from './ring-transport.js';
import { TextTransport } from './text-transport.js';
import { symbolsOf, tracepointFormat } from './tracefs.js';
import type { Transport, TransportKind } from './transport.js';

/** Of each CPU, up to bpftrace 0.17: it uses them only until it is taken over, or for lines. */
const PAGES_OF_A_CPU = 512;
/** A record of this process's own connect, on its way through bpftrace's lines too. */
const OWN_CONNECT_WITHIN_MS = 1_500;

export interface SessionOptions extends RingOptions {
  /** `auto`: the rings, or text where bpftrace's programs cannot be taken over. */
  readonly transport: TransportKind | 'auto';
  /** Keeps the programs for the next recorder, and has those of the one before. */
  readonly keeper?: DescriptorKeeper | undefined;
  /** Undefined: in the saved registers where they are those of x86-64, and a call of this process shows that they are found there. */
  readonly connectArguments?: ProgramOptions['connectArguments'] | undefined;
  /** Aborted, a bpftrace that is not ready yet is killed, and `open` fails with the signal's reason. */
  readonly signal: AbortSignal;
}

/** Attached programs, and what carries their records here. */
export class Session {
  private constructor(
    readonly attached: Omit<Attached, 'bpftrace'>,
    readonly transport: Transport,
  ) {}

  /** @throws SstoryError what `attach` throws, and `no-take-over` */
  static async open(options: SessionOptions): Promise<Session> {
    const adopted = await Session.adopt(options);
    if (adopted instanceof Session) return adopted;
    const { connectArguments = process.arch === 'x64' ? 'registers' : 'entry' } = options;
    const first = await Session.openWith(connectArguments, options);
    const opened = first ?? ((await Session.openWith('entry', options)) as Session);
    const { attached, transport } = opened;
    const session =
      adopted === undefined ? opened : new Session({ ...attached, notes: [...attached.notes, adopted] }, transport);
    const { keeper, ringBytes } = options;
    if (keeper !== undefined && transport instanceof RingTransport)
      transport.keepIn(keeper, { ...attached, ringBytes });
    return session;
  }

  /** The programs that the recorder before left; a note of why they are not used; undefined where there are none. */
  private static async adopt(options: SessionOptions): Promise<Session | RunNote | undefined> {
    const { keeper, ringBytes } = options;
    if (keeper === undefined || options.transport === 'text') return undefined;
    try {
      const kept = receivePrograms(keeper, ringBytes);
      if (kept === undefined) return undefined;
      const transport = await RingTransport.adopt(kept.taken, recordContext(), options);
      const session = new Session({ ...kept.facts, notes: noteOfKept(kept.facts) }, transport);
      if (!kept.facts.concerns.includes('connect') || (await session.seesOwnConnect())) return session;
      await transport.abandon();
      throw new TakeOverRefused('they do not report a connect');
    } catch (error) {
      if (!(error instanceof TakeOverRefused)) throw error;
      return probeNote(`the programs of the recorder before are not used: ${error.message}`);
    }
  }

  /** Undefined: the arguments of connect(2) are not where they were looked for. */
  private static async openWith(
    connectArguments: ProgramOptions['connectArguments'],
    options: SessionOptions,
  ): Promise<Session | undefined> {
    const context = recordContext();
    let text: TextTransport | undefined;
    const { bpftrace, ...attached } = await attach({
      connectArguments,
      ringPages: (version) => ringPages(version, options),
      onLine: (line) => text?.line(line),
      signal: options.signal,
    });
    const rings = options.transport === 'text' ? undefined : await overRings(bpftrace, context, options);
    let transport: Transport;
    let notes = attached.notes;
    if (rings instanceof RingTransport) {
      transport = rings;
    } else {
      if (rings !== undefined) notes = [...notes, rings];
      text = new TextTransport(context, bpftrace, options.longestPeriodMs);
      transport = text;
    }
    const session = new Session({ ...attached, notes }, transport);
    const checked = connectArguments === 'registers' && attached.concerns.includes('connect');
    if (!checked || (await session.seesOwnConnect())) return session;
    await transport.abandon();
    return undefined;
  }

  /** Calls connect(2) and waits for its record, which is not delivered. */
  private seesOwnConnect(): Promise<boolean> {
    const own = { address: SELF_CHECK_ADDRESS, port: randomInt(1, 65_536) };
    const isOwn = this.transport.merge.leaveOutConnect(own);
    failToConnect(own.address, own.port);
    return arrives(this.transport, isOwn, OWN_CONNECT_WITHIN_MS);
  }
}

/** What this kernel calls the codes in records. */
function recordContext(): RecordContext {
  const format = tracepointFormat('tcp:tcp_send_reset');
  const reasons = format === undefined ? new Map<number, string>() : symbolsOf(format, 'reason');
  return { resetReason: (code) => reasons.get(code) };
}

/** The rings, or with `auto` a note of why they are refused. @throws SstoryError `no-take-over` with `ring`; bpftrace has ended then */
async function overRings(
  bpftrace: Bpftrace,
  context: RecordContext,
  options: SessionOptions,
): Promise<RingTransport | RunNote> {
  try {
    return await RingTransport.open(bpftrace, context, options);
  } catch (error) {
    const refused = error instanceof TakeOverRefused;
    if (refused && options.transport === 'auto')
      return probeNote(`text transport, slower and with losses under load: ${error.message}`);
    await bpftrace.end();
    if (!refused) throw error;
    throw new SstoryError('no-take-over', `bpftrace's programs cannot be taken over: ${error.message}`, {
      hint: 'use --transport text',
    });
  }
}

/** Pages of bpftrace's buffers: of each CPU's up to 0.17, later of the one ring that all CPUs share. */
function ringPages(version: string, { ringBytes }: SessionOptions): number {
  if (minorVersion(version) < 18) return PAGES_OF_A_CPU;
  return (ringBytes === undefined ? ALL_RINGS_BYTES : ringBytesOf(ringBytes)) / PAGE_BYTES;
}
