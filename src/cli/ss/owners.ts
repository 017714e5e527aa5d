/** The owners of sockets, with threads and security contexts if requested. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SstoryError } from '../../model/error.js';
import { type Owner, withoutThreadCopies } from '../../model/owner.js';
import { readOwners } from '../../snapshot/owners.js';
import { threadsWithOwnFiles } from '../../sys/threads.js';
import type { ShownOwner } from '../../view/ss/shown-socket.js';
import type { SsFlags } from './flags.js';

const SELINUX = '/sys/fs/selinux/enforce';

/** By the inode of the socket. */
export function ownersFor({
  threads,
  contexts,
}: Pick<SsFlags, 'threads' | 'contexts'>): Map<number, readonly ShownOwner[]> {
  if (contexts && !existsSync(SELINUX)) {
    throw new SstoryError('no-contexts', '-Z: SELinux is not enabled on this host', { hint: '-p shows the processes' });
  }
  const owners: Map<number, readonly ShownOwner[]> = readOwners();
  if (!threads) for (const [inode, list] of owners) owners.set(inode, withoutThreadCopies(list));
  if (!threads && !contexts) return owners;
  const seen = new Map<number, ProcessFacts>();
  for (const [inode, list] of owners) {
    owners.set(
      inode,
      list.flatMap((owner) => withFacts(owner, factsOf(owner.pid, seen), { threads, contexts })),
    );
  }
  return owners;
}

interface ProcessFacts {
  readonly context: string | undefined;
  readonly threads: readonly Thread[];
}

interface Thread {
  readonly tid: number;
  readonly comm: string;
  /** It has a descriptor table of its own. */
  readonly isAlone: boolean;
}

function factsOf(pid: number, seen: Map<number, ProcessFacts>): ProcessFacts {
  const known = seen.get(pid);
  if (known !== undefined) return known;
  const facts = { context: readLine(`/proc/${pid}/attr/current`), threads: threadsOf(pid) };
  seen.set(pid, facts);
  return facts;
}

/** Threads share their descriptors: each owns what the process owns, but those with a table of their own. */
function withFacts(owner: Owner, facts: ProcessFacts, wanted: { threads: boolean; contexts: boolean }): ShownOwner[] {
  const context = wanted.contexts && facts.context !== undefined ? { context: facts.context } : {};
  if (!wanted.threads) return [{ ...owner, ...context }];
  const holds = ({ tid, isAlone }: Thread) => (owner.tid === undefined ? !isAlone : tid === owner.tid);
  return facts.threads.filter(holds).map(({ tid, comm }) => ({ ...owner, ...context, tid, comm }));
}

function threadsOf(pid: number): Thread[] {
  const alone = new Set(threadsWithOwnFiles(pid));
  try {
    return readdirSync(`/proc/${pid}/task`).map((tid) => ({
      isAlone: alone.has(Number(tid)),
      tid: Number(tid),
      comm: readLine(`/proc/${pid}/task/${tid}/comm`) ?? '',
    }));
  } catch {
    return [];
  }
}

/** Without its line feed or final zero; undefined if it cannot be read. */
function readLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/[\n\0]$/, '');
  } catch {
    return undefined;
  }
}
