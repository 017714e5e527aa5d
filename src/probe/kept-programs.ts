/** Attached programs that outlive a recorder, for the next one: a restart costs a second of history instead of bpftrace's start. */
import { createHash } from 'node:crypto';
import { messageOf } from '../model/error.js';
import type { RunNote } from '../model/run-note.js';
import { closeDescriptor } from '../sys/libc.js';
import { memoryFile, textOfMemoryFile } from '../sys/memory-file.js';
import { TakeOverRefused } from '../sys/pidfd.js';
import type { Attached } from './attach.js';
import { assembleProgram } from './program.js';
import { DESCRIPTOR_ROLES, type DescriptorRole, TakenPrograms } from './take-over.js';
import { tracepointFormat } from './tracefs.js';

/** Keeps descriptors for the next process of a service. */
export interface DescriptorKeeper {
  /** What was kept, by name; the first call gets it, and has to close it. */
  receive(): ReadonlyMap<string, readonly number[]>;
  keep(name: string, fds: readonly number[]): void;
  forget(name: string): void;
}

/** What the next recorder has to know about programs. */
export type KeptFacts = Omit<Attached, 'bpftrace'> & {
  /** Bytes of a ring, as the operator wished; undefined: the default. */
  readonly ringBytes: number | undefined;
};

interface KeptNote extends KeptFacts {
  readonly key: string;
  /** How many descriptors each role has: what is kept may have arrived in part. */
  readonly counts: Readonly<Record<DescriptorRole, number>>;
}

const NAME = (part: string) => `sstory-${part}`;
const NOTE = NAME('note');

/** Keeps the programs in the place of those that were kept before. */
export function keepPrograms(keeper: DescriptorKeeper, taken: TakenPrograms, facts: KeptFacts): void {
  forgetPrograms(keeper);
  const counts = Object.fromEntries([...taken.descriptors].map(([role, { length }]) => [role, length]));
  const note: KeptNote = { ...facts, key: keyOf(facts), counts: counts as KeptNote['counts'] };
  const fd = memoryFile(NOTE, JSON.stringify(note));
  if (fd === undefined) return;
  keeper.keep(NOTE, [fd]);
  closeDescriptor(fd);
  for (const [role, fds] of taken.descriptors) keeper.keep(NAME(role), fds);
}

/**
 * The programs of the recorder before, if they are those that this one would attach; undefined where none were kept.
 * @throws TakeOverRefused if they are others, or not all came; they are detached then
 */
export function receivePrograms(
  keeper: DescriptorKeeper,
  ringBytes: number | undefined,
): { readonly taken: TakenPrograms; readonly facts: KeptFacts } | undefined {
  const received = keeper.receive();
  if (received.size === 0) return undefined;
  try {
    const [noteFd] = received.get(NOTE) ?? [];
    if (noteFd === undefined) throw new Error('nothing says which programs they are');
    const { key, counts, ...facts } = JSON.parse(textOfMemoryFile(noteFd)) as KeptNote;
    if (facts.ringBytes !== ringBytes || key !== keyOf(facts))
      throw new Error('this recorder has others, or other rings');
    const descriptors = new Map(DESCRIPTOR_ROLES.map((role) => [role, received.get(NAME(role)) ?? []]));
    for (const [role, { length }] of descriptors)
      if (length !== counts[role]) throw new Error(`${length} of ${counts[role]} came: ${role}`);
    const taken = TakenPrograms.ofDescriptors(descriptors);
    closeDescriptor(noteFd);
    return { taken, facts };
  } catch (error) {
    for (const fds of received.values()) for (const fd of fds) closeDescriptor(fd);
    forgetPrograms(keeper);
    throw new TakeOverRefused(messageOf(error));
  }
}

export function forgetPrograms(keeper: DescriptorKeeper): void {
  for (const name of [NOTE, ...DESCRIPTOR_ROLES.map(NAME)]) keeper.forget(name);
}

export function noteOfKept(facts: KeptFacts): RunNote[] {
  const text = 'the programs that the recorder before attached go on';
  return [...facts.notes.filter((note) => note.text !== text), { subject: 'probe', text }];
}

/** Equal for programs with equal text. */
function keyOf({ program }: Pick<Attached, 'program'>): string {
  return createHash('sha256')
    .update(assembleProgram({ ...program, formatOf: tracepointFormat }))
    .digest('hex');
}
