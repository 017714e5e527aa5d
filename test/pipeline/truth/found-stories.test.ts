/** Stories of which the history was once untrue, as small as they could be made. */
import { deepEqual } from 'node:assert/strict';
import { faultsOf } from './history-faults.js';
import { type KernelCommand, play, type RecorderCommand, type Story } from './story.js';

type Command = Story['commands'][number];

const connect = (port: number, more: Partial<Extract<Command, { do: 'connect' }>> = {}): KernelCommand => ({
  do: 'connect',
  netns: 0,
  port,
  bound: false,
  again: false,
  cpu: 0,
  ...more,
});
/** The newest connection, unless `who` says another. */
const act = (what: number, { who = 0, cpu = 0, keep = false } = {}): KernelCommand => ({
  do: 'act',
  who,
  what,
  keep,
  cpu,
});
const syn = (port: number, netns = 0): KernelCommand => ({ do: 'syn', netns, port });
const listen: KernelCommand = { do: 'listen', netns: 0, cpu: 0 };
const toggle = (netns: number): KernelCommand => ({ do: 'toggle-netns', netns });
const wait = (us: number): KernelCommand => ({ do: 'wait', us });
const drain: RecorderCommand = { do: 'drain' };
const lose = (count: number, cpu: number, kind: 'overrun' | 'skipped' = 'overrun'): RecorderCommand => ({
  do: 'lose',
  cpu,
  count,
  kind,
});
const dump = (meanwhile: readonly KernelCommand[] = [], withTimeWaits = false): RecorderCommand => ({
  do: 'dump',
  withTimeWaits,
  fails: false,
  meanwhile,
});
const restart = (
  clean: boolean,
  { down = [], early = [] }: { down?: readonly KernelCommand[]; early?: readonly KernelCommand[] } = {},
): RecorderCommand => ({ do: 'restart', clean, down, early });

/** The second and the fourth thing in the list of SYN-SENT: refused, and closed by its process. */
const [REFUSED, CLOSED] = [1, 3];

const STORIES: Readonly<Record<string, readonly Command[]>> = {
  'a connect on the address and from the port of the one before is not that one': [
    connect(0),
    dump([act(REFUSED)]),
    connect(0),
    dump([act(CLOSED)]),
  ],
  'what the run before missed is in its own gap only': [
    dump([connect(1)]),
    lose(1, 1),
    act(REFUSED, { cpu: 1 }),
    connect(1),
    drain,
    restart(false),
  ],
  'a dump that may lack what a row of it hides proves no absence to the next run': [
    listen,
    restart(true, { down: [act(0)] }),
    dump([connect(1)]),
    act(REFUSED),
    drain,
    restart(false),
  ],
  'the earliest of two gaps says since when events may be missing': [
    lose(2, 1, 'skipped'),
    wait(61_000_000),
    listen,
    connect(0),
    act(REFUSED, { cpu: 1 }),
    act(0),
    drain,
    connect(1, { cpu: 1 }),
    restart(false),
  ],
  'a socket that the last dump of a namespace found ends with it': [
    toggle(1),
    lose(2, 0),
    dump([connect(0, { netns: 1 })]),
    toggle(1),
  ],
  'a half-open request that the last dump of a namespace found ends with it': [
    dump([toggle(2)]),
    dump([syn(0, 2)]),
    act(0, { cpu: 1 }),
    lose(1, 0),
    toggle(2),
  ],
  'an accept of a lost child is not that of the TIME-WAIT before it': [
    dump([syn(1)]),
    act(0),
    drain,
    act(0),
    act(0),
    act(0),
    lose(2, 0),
    syn(1),
    act(0),
    dump(),
    { do: 'accept', who: 0, cpu: 0 },
  ],
  'an inode names a connect without a port, though a dump found another with its four-tuple': [
    lose(2, 0),
    connect(2),
    dump([act(REFUSED), connect(2)]),
  ],
  'what connects again while a dump runs is the newer connection, or the older, but never both': [
    connect(0),
    lose(1, 1),
    act(REFUSED, { cpu: 1, keep: true }),
    dump([connect(1, { again: true })]),
  ],
  'a row of a socket that has connected again since proves the connection before': [
    connect(0),
    act(0),
    lose(1, 1),
    dump(),
    dump([act(2, { cpu: 1, keep: true })]),
    connect(1, { again: true }),
  ],
  'so does one of it in a state that it was not known to be in': [
    connect(2),
    lose(2, 0),
    act(0),
    dump([act(2, { keep: true })]),
    connect(0, { again: true }),
  ],
  'a connection that has ended is the one of its row, not the one before on its socket': [
    connect(0),
    lose(1, 1),
    dump(),
    act(REFUSED, { cpu: 1, keep: true }),
    connect(1, { again: true }),
    dump(),
    act(REFUSED),
  ],
  'nor is it the one before where that has no port': [
    lose(1, 0),
    dump([connect(0, { cpu: 1 })]),
    act(REFUSED, { keep: true }),
    dump([connect(1, { again: true })]),
    dump([act(REFUSED)]),
  ],
  'a TIME-WAIT that a dump shows, while a connect takes its four-tuple, ended before that': [
    connect(0),
    act(0),
    act(0),
    restart(true, { down: [act(0), act(0), wait(3_000_000)] }),
    dump([connect(0)]),
  ],
};

describe('the history of a story', () => {
  for (const [title, commands] of Object.entries(STORIES))
    it(`is true: ${title}`, () => deepEqual(faultsOf(play({ tracing: true, before: [], commands })), []));
});
