/** The capabilities of this process, capabilities(7), and what recording needs each for. docs/installation.md has how that was measured. */
import { readFileSync } from 'node:fs';
import type { HostCheck } from '../model/host-check.js';

/** Bits of include/uapi/linux/capability.h. */
const BITS = {
  CAP_DAC_OVERRIDE: 1n,
  CAP_DAC_READ_SEARCH: 2n,
  CAP_NET_ADMIN: 12n,
  CAP_NET_RAW: 13n,
  CAP_IPC_LOCK: 14n,
  CAP_SYS_PTRACE: 19n,
  CAP_SYS_ADMIN: 21n,
  CAP_SYS_NICE: 23n,
  CAP_PERFMON: 38n,
  CAP_BPF: 39n,
} as const;

export type Capability = keyof typeof BITS;

interface Need {
  /** Any of them is enough. */
  readonly anyOf: readonly Capability[];
  /** What does not work without it. */
  readonly without: string;
  readonly required: boolean;
}

const NEEDS: readonly Need[] = [
  { anyOf: ['CAP_BPF', 'CAP_SYS_ADMIN'], without: 'no BPF programs', required: true },
  { anyOf: ['CAP_PERFMON', 'CAP_SYS_ADMIN'], without: 'no BPF programs', required: true },
  {
    anyOf: ['CAP_SYS_ADMIN'],
    without: 'no snapshots of other network namespaces; bpftrace before 0.23 does not start',
    required: false,
  },
  { anyOf: ['CAP_IPC_LOCK'], without: 'the text transport, slower and with losses under load', required: false },
  { anyOf: ['CAP_SYS_PTRACE'], without: 'owners of other users stay unknown', required: false },
  {
    anyOf: ['CAP_DAC_READ_SEARCH', 'CAP_DAC_OVERRIDE'],
    without: 'owners of other users stay unknown',
    required: false,
  },
  { anyOf: ['CAP_NET_RAW'], without: 'DNS answers are not recorded', required: false },
  { anyOf: ['CAP_NET_ADMIN'], without: 'marks of sockets are not recorded', required: false },
];

/** The effective capabilities, CapEff of proc_pid_status(5). */
function effective(): bigint {
  const hex = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return BigInt(`0x${hex ?? '0'}`);
}

export function holdsAny(...names: readonly Capability[]): boolean {
  const held = effective();
  return names.some((name) => (held & (1n << BITS[name])) !== 0n);
}

/** What is missing of what recording needs; a line alone where nothing is. */
export function* capabilityChecks(): Generator<HostCheck> {
  const missing = NEEDS.filter(({ anyOf }) => !holdsAny(...anyOf));
  if (missing.length === 0) {
    yield { name: 'capabilities', ok: true, detail: 'all that recording needs', required: false };
    return;
  }
  for (const { anyOf, without, required } of missing) {
    const name = anyOf[0] ?? '';
    const also = anyOf.length > 1 ? ` (or ${anyOf.slice(1).join(', ')})` : '';
    yield {
      name,
      ok: false,
      detail: `not held: ${without}`,
      remedy: `give it ${name}${also}`,
      required,
    };
  }
}
