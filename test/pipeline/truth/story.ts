/** Stories of a simulated kernel and its recorder, for fast-check: any list of these commands makes sense, so each shrinks well. */
import fc from 'fast-check';
import type { FourTuple } from '../../../src/model/four-tuple.js';
import { NETNS } from '../stories.js';
import { SimulatedKernel } from './kernel.js';
import { type LossKind, Recording } from './recording.js';

/** What happens in the kernel. `who` and `what` choose from lists, modulo their lengths. */
export type KernelCommand =
  | { readonly do: 'wait'; readonly us: number }
  | {
      readonly do: 'connect';
      readonly netns: number;
      readonly port: number;
      readonly bound: boolean;
      readonly again: boolean;
      readonly cpu: number;
    }
  | { readonly do: 'listen'; readonly netns: number; readonly cpu: number }
  | { readonly do: 'syn'; readonly netns: number; readonly port: number }
  | { readonly do: 'act'; readonly who: number; readonly what: number; readonly keep: boolean; readonly cpu: number }
  | { readonly do: 'accept'; readonly who: number; readonly cpu: number }
  | { readonly do: 'toggle-netns'; readonly netns: number };

/** What the recorder does, or what happens to it. */
export type RecorderCommand =
  | { readonly do: 'drain' }
  | { readonly do: 'lose'; readonly cpu: number; readonly count: number; readonly kind: LossKind }
  | {
      readonly do: 'dump';
      readonly withTimeWaits: boolean;
      readonly fails: boolean;
      readonly meanwhile: readonly KernelCommand[];
    }
  | {
      readonly do: 'restart';
      readonly clean: boolean;
      readonly down: readonly KernelCommand[];
      readonly early: readonly KernelCommand[];
    };

export interface Story {
  readonly tracing: boolean;
  /** What was there before the first run. */
  readonly before: readonly KernelCommand[];
  readonly commands: readonly (KernelCommand | RecorderCommand)[];
}

/** The host's own does not end. */
const NAMESPACES = [NETNS, NETNS + 1, NETNS + 2];
const WAITS_US = [100, 20_000, 300_000, 1_100_000, 3_000_000, 12_000_000, 45_000_000, 61_000_000];
const LISTENER: FourTuple = { family: 4, localAddr: '10.0.0.1', localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 };

const cpu = fc.nat(1);
const netns = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 2) });
const who = fc.nat(9);
/** Mostly the ordinary thing. */
const what = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(5) });
const rarely = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

const wait = fc.record({ do: fc.constant('wait' as const), us: fc.constantFrom(...WAITS_US) });
const connect = fc.record({
  do: fc.constant('connect' as const),
  netns,
  port: fc.nat(2),
  bound: rarely,
  again: rarely,
  cpu,
});
const listen = fc.record({ do: fc.constant('listen' as const), netns, cpu });
const syn = fc.record({ do: fc.constant('syn' as const), netns, port: fc.nat(2) });
const act = fc.record({ do: fc.constant('act' as const), who, what, keep: rarely, cpu });
const accept = fc.record({ do: fc.constant('accept' as const), who, cpu });
const toggle = fc.record({ do: fc.constant('toggle-netns' as const), netns: fc.integer({ min: 1, max: 2 }) });

const kernelCommand: fc.Arbitrary<KernelCommand> = fc.oneof(
  { weight: 6, arbitrary: wait },
  { weight: 6, arbitrary: connect },
  { weight: 1, arbitrary: listen },
  { weight: 3, arbitrary: syn },
  { weight: 16, arbitrary: act },
  { weight: 2, arbitrary: accept },
  { weight: 1, arbitrary: toggle },
);
const few = fc.array(kernelCommand, { maxLength: 4 });

/** A dump takes milliseconds. */
const shortened = (command: KernelCommand): KernelCommand =>
  command.do === 'wait' ? { do: 'wait', us: 100 } : command;

const drain = fc.record({ do: fc.constant('drain' as const) });
const lose = fc.record({
  do: fc.constant('lose' as const),
  cpu,
  count: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom<LossKind>('overrun', 'skipped'),
});
const dump = fc.record({
  do: fc.constant('dump' as const),
  withTimeWaits: fc.boolean(),
  fails: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  meanwhile: fc.array(kernelCommand, { maxLength: 4 }).map((all) => all.map(shortened)),
});
const restart = fc.record({ do: fc.constant('restart' as const), clean: fc.boolean(), down: few, early: few });

export const story: fc.Arbitrary<Story> = fc.record({
  tracing: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  before: few,
  commands: fc.array(
    fc.oneof(
      { weight: 30, arbitrary: kernelCommand },
      { weight: 5, arbitrary: drain },
      { weight: 2, arbitrary: lose },
      { weight: 6, arbitrary: dump },
      { weight: 1, arbitrary: restart },
    ),
    { maxLength: 40, size: 'max' },
  ),
});

/** Plays a story to its end: then the recorder has received everything, complete dumps have followed, and it has ended. */
export function play({ tracing, before, commands }: Story): Recording {
  const kernel = new SimulatedKernel(NAMESPACES.slice(0, 1));
  const recording = new Recording(kernel, tracing);
  for (const command of before) happen(kernel, command);
  recording.start();
  for (const command of commands) obey(recording, command);
  for (const _ of [0, 1]) {
    kernel.wait(1_500_000);
    recording.dump(true);
    recording.drain();
  }
  recording.stop(true);
  return recording;
}

function obey(recording: Recording, command: KernelCommand | RecorderCommand): void {
  const { kernel } = recording;
  switch (command.do) {
    case 'drain':
      recording.drain();
      break;
    case 'lose':
      recording.lose(command.cpu, command.count, command.kind);
      break;
    case 'dump':
      recording.dump(command.withTimeWaits || !recording.tracing, command.fails, () => {
        for (const each of command.meanwhile) happen(kernel, each);
      });
      break;
    case 'restart':
      recording.stop(command.clean);
      for (const each of command.down) happen(kernel, each);
      kernel.beat();
      recording.start(() => {
        for (const each of command.early) happen(kernel, each);
      });
      break;
    default:
      happen(kernel, command);
      if (command.do === 'act') lateFin(recording, command.who, command.what);
  }
}

/** A late FIN restarts the timer of a timewait socket, and moves an orphan to TIME-WAIT: soon a complete dump shows that. */
function lateFin(recording: Recording, who: number, what: number): void {
  const { kernel, isRunning } = recording;
  const life = chosen(kernel, who);
  if (life === undefined || what % 4 !== 0 || !isRunning || !kernel.receiveFin(life)) return;
  recording.dump(true);
  recording.drain();
}

function happen(kernel: SimulatedKernel, command: KernelCommand): void {
  switch (command.do) {
    case 'wait':
      kernel.wait(command.us);
      break;
    case 'connect': {
      const { bound, again, cpu: on } = command;
      kernel.connect(NAMESPACES[command.netns] ?? NETNS, clientTuple(command.port), { bound, again, cpu: on });
      break;
    }
    case 'listen':
      kernel.listen(NAMESPACES[command.netns] ?? NETNS, LISTENER, command.cpu);
      break;
    case 'syn':
      kernel.receiveSyn(NAMESPACES[command.netns] ?? NETNS, serverTuple(command.port));
      break;
    case 'act': {
      const life = chosen(kernel, command.who);
      if (life !== undefined) kernel.act(life, command.what, command);
      break;
    }
    case 'accept': {
      const life = chosen(kernel, command.who);
      if (life !== undefined) kernel.accept(life, command.cpu);
      break;
    }
    case 'toggle-netns': {
      const each = NAMESPACES[command.netns] ?? NETNS;
      if (kernel.netns.has(each)) kernel.endNetns(each);
      else kernel.netns.add(each);
    }
  }
}

/** The newest first: a number that shrinks to 0 is about the last one. */
function chosen(kernel: SimulatedKernel, which: number) {
  const { open } = kernel;
  return open.length === 0 ? undefined : open[open.length - 1 - (which % open.length)];
}

function clientTuple(port: number): FourTuple {
  return { family: 4, localAddr: '10.0.0.1', localPort: 40_000 + port, remoteAddr: '10.4.1.80', remotePort: 9_200 };
}

function serverTuple(port: number): FourTuple {
  return { ...LISTENER, remoteAddr: '10.4.1.9', remotePort: 50_000 + port };
}
