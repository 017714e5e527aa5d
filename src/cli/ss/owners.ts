/** The owners of sockets, with threads and security contexts if requested. */

import { existsSync, readFileSync } from 'node:fs';
import { SstoryError } from '../../model/error.js';
import { type Owner, withoutThreadCopies } from '../../model/owner.js';
import { readOwners } from '../../snapshot/owners.js';
import { threadsOf } from '../../sys/threads.js';
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
  readonly threads: ReturnType<typeof threadsOf>;
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
  const holds = ({ tid, ownFiles }: (typeof facts.threads)[number]) =>
    owner.tid === undefined ? !ownFiles : tid === owner.tid;
  return facts.threads.filter(holds).map(({ tid, comm }) => ({ ...owner, ...context, tid, comm }));
}

/** Without its line feed or final zero; undefined if it cannot be read. */
function readLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/[\n\0]$/, '');
  } catch {
    return undefined;
  }
}
