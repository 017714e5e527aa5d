import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { messageOf } from '../model/error.js';
import type { HostCheck } from '../model/host-check.js';
import { attach } from './attach.js';
import { bpftraceVersion, remedyOf } from './bpftrace.js';
import { MapTransport } from './map-transport.js';
import { CONCERNS, TRACEPOINTS } from './program.js';
import { hasField, mountTracefs, tracefsRoot, tracepointFormat } from './tracefs.js';

const BTF = '/sys/kernel/btf/vmlinux';
/** Fields of later kernels that the programs use where they exist, and what is missing without them. */
const OPTIONAL_FIELDS: Readonly<Record<string, readonly [field: string, without: string]>> = {
  'tcp:tcp_send_reset': ['reason', 'the reason of a sent RST is unknown (Linux 6.10)'],
  'tcp:tcp_retransmit_skb': ['err', 'failed retransmissions are not recorded (Linux 6.17)'],
};
const LOCKDOWN = '/sys/kernel/security/lockdown';

/** What the probe needs of this host, one check after the other; the last ones attach every program. */
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
        there ? `tracepoint${optionalField(name)}` : 'this kernel lacks the tracepoint',
        `${concern} events are not recorded without it`,
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
        'these events are not recorded',
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
      map ? 'the map can be read' : 'the map has an unknown layout',
      'the text transport is used instead: slower, and it may lose events',
    );
    yield { ...check, required: false };
  } catch (error) {
    yield required(
      'programs',
      false,
      messageOf(error),
      remedyOf(messageOf(error)) ?? 'record --source diag works without BPF',
    );
  }
}

/** Whether a tracepoint has its optional field, and what is missing without it. */
function optionalField(tracepoint: string): string {
  const optional = OPTIONAL_FIELDS[tracepoint];
  if (optional === undefined) return '';
  const [field, without] = optional;
  return hasField(tracepointFormat(tracepoint), field) ? `, with ${field}` : `, without ${field}: ${without}`;
}

function lockdown(): HostCheck {
  const mode = existsSync(LOCKDOWN) ? (/\[(\w+)\]/.exec(readFileSync(LOCKDOWN, 'utf8'))?.[1] ?? 'none') : 'none';
  return required(
    'lockdown',
    mode !== 'confidentiality',
    mode,
    'with lockdown=confidentiality the kernel does not let BPF read its memory',
  );
}

function required(name: string, ok: boolean, detail: string, remedy: string): HostCheck {
  return { name, ok, detail, remedy, required: true };
}

function kernelAtLeast(major: number, minor: number): boolean {
  const [a = 0, b = 0] = release().split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
