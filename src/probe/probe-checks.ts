import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { HostCheck } from '../model/host-check.js';
import { attach } from './attach.js';
import { bpftraceVersion, remedyOf } from './bpftrace.js';
import { MapTransport } from './map-transport.js';
import { CONCERNS, hasField, TRACEPOINTS } from './program.js';
import { mountTracefs, tracefsRoot, tracepointFormat } from './tracefs.js';

const BTF = '/sys/kernel/btf/vmlinux';
/** Fields that the programs use where they are there, and what is not known without. */
const OPTIONAL_FIELDS: Readonly<Record<string, readonly [field: string, without: string]>> = {
  'tcp:tcp_send_reset': ['reason', 'why a RST was sent is not known (Linux 6.10)'],
  'tcp:tcp_retransmit_skb': ['err', 'failed retransmissions do not show (Linux 6.17)'],
};
const LOCKDOWN = '/sys/kernel/security/lockdown';

/** What the probe needs of this host, one check after the other; the last ones really attach every program. */
export async function* probeChecks(): AsyncGenerator<HostCheck> {
  const root = process.getuid?.() === 0;
  yield required('root', root, root ? 'running as root' : `running as uid ${process.getuid?.()}`, 'run it with sudo');
  yield required('kernel', kernelAtLeast(4, 16), `Linux ${release()}`, 'sock:inet_sock_set_state needs Linux 4.16');
  yield required('BTF', existsSync(BTF), existsSync(BTF) ? BTF : 'no BTF', 'use a kernel with CONFIG_DEBUG_INFO_BTF');
  yield lockdown();
  const tracefs = tracefsRoot() !== undefined || (root && (await mountTracefs()));
  yield required('tracefs', tracefs, tracefsRoot() ?? 'not mounted', 'mount -t tracefs tracefs /sys/kernel/tracing');
  for (const concern of CONCERNS) {
    for (const name of TRACEPOINTS[concern]) {
      const there = tracepointFormat(name) !== undefined;
      const check = required(
        name,
        there,
        there ? `tracepoint${optionalField(name)}` : 'this kernel has no such tracepoint',
        `no ${concern} events without it`,
      );
      yield { ...check, required: concern === 'transitions' };
    }
  }
  const version = await bpftraceVersion();
  yield required('bpftrace', version !== undefined, version ?? 'not installed', 'apt-get install bpftrace');
  if (root && tracefs && version !== undefined) yield* attachChecks();
}

async function* attachChecks(): AsyncGenerator<HostCheck> {
  try {
    const { bpftrace, concerns, missing } = await attach({
      transport: 'map',
      mapEntries: 4_096,
      onLine: () => undefined,
    });
    for (const concern of CONCERNS) {
      const attached = concerns.includes(concern);
      const why = missing.find((other) => other.concern === concern)?.why ?? '';
      const check = required(
        `bpf/${concern}.bt`,
        attached,
        attached ? 'attaches' : why,
        'recording goes on without these events',
      );
      yield { ...check, required: concern === 'transitions' };
    }
    const transport = MapTransport.open(bpftrace, () => undefined);
    const map = transport !== undefined;
    transport?.close();
    await bpftrace.end();
    const check = required(
      'map transport',
      map,
      map ? 'the sentinel reads as written' : 'the map reads otherwise',
      'text transport is used: slower, and may lose events',
    );
    yield { ...check, required: false };
  } catch (error) {
    yield required(
      'programs',
      false,
      error instanceof Error ? error.message : String(error),
      remedyOf(error instanceof Error ? error.message : '') ?? 'record --source diag works without BPF',
    );
  }
}

/** Whether a tracepoint has the field that came later, and what it tells. */
function optionalField(tracepoint: string): string {
  const optional = OPTIONAL_FIELDS[tracepoint];
  if (optional === undefined) return '';
  const [field, tells] = optional;
  return hasField(tracepointFormat(tracepoint), field) ? `, with ${field}` : `, without ${field}: ${tells}`;
}

function lockdown(): HostCheck {
  const mode = existsSync(LOCKDOWN) ? (/\[(\w+)\]/.exec(readFileSync(LOCKDOWN, 'utf8'))?.[1] ?? 'none') : 'none';
  return required(
    'lockdown',
    mode !== 'confidentiality',
    mode,
    'the kernel forbids reading its memory: lockdown=confidentiality',
  );
}

function required(name: string, ok: boolean, detail: string, remedy: string): HostCheck {
  return { name, ok, detail, remedy, required: true };
}

function kernelAtLeast(major: number, minor: number): boolean {
  const [a = 0, b = 0] = release().split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
