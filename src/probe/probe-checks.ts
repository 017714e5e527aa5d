import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { messageOf } from '../model/error.js';
import type { HostCheck } from '../model/host-check.js';
import { capabilityChecks } from '../sys/capabilities.js';
import { bpftraceVersion, refusedUser, remedyOf } from './bpftrace.js';
import { READ_EVERY_MS } from './probe.js';
import { CONCERNS, TRACEPOINTS } from './program.js';
import { onlineCpus } from './ring-transport.js';
import { Session } from './session.js';
import { hasField, mountTracefs, tracefsMount, tracefsRoot, tracepointFormat } from './tracefs.js';

const BTF = '/sys/kernel/btf/vmlinux';
/** Fields of later kernels that the programs use where they exist, and what is missing without them. */
const OPTIONAL_FIELDS: Readonly<Record<string, readonly [field: string, without: string]>> = {
  'tcp:tcp_send_reset': ['reason', 'the reason of a sent RST is unknown (Linux 6.10)'],
  'tcp:tcp_retransmit_skb': ['err', 'failed retransmissions are not recorded (Linux 6.17)'],
};
/** A transition of IPv4 with the kernel's header; longer ones are a third of all. */
const TYPICAL_RECORD_BYTES = 90;
const LOCKDOWN = '/sys/kernel/security/lockdown';

/** What the probe needs of this host, one check after the other; the last ones attach every program. */
export async function* probeChecks(): AsyncGenerator<HostCheck> {
  const version = await bpftraceVersion();
  const refused = version === undefined ? undefined : refusedUser(version);
  const uid = process.geteuid?.() ?? 0;
  yield required('user', refused === undefined, refused ?? (uid === 0 ? 'root' : `uid ${uid}`), 'run it with sudo');
  yield* capabilityChecks();
  yield required('kernel', kernelAtLeast(4, 16), `Linux ${release()}`, 'sock:inet_sock_set_state needs Linux 4.16');
  yield required('BTF', existsSync(BTF), existsSync(BTF) ? BTF : 'no BTF', 'use a kernel with CONFIG_DEBUG_INFO_BTF');
  yield lockdown();
  const tracefs = tracefsRoot() !== undefined || (uid === 0 && (await mountTracefs()));
  yield tracefsCheck(tracefs);
  if (tracefs) yield* tracepointChecks();
  yield required('bpftrace', version !== undefined, version ?? 'not installed', 'apt-get install bpftrace');
  if (refused === undefined && tracefs && version !== undefined) yield* attachChecks();
}

function tracefsCheck(readable: boolean): HostCheck {
  const mount = tracefsMount();
  const hidden = !readable && mount !== undefined;
  return required(
    'tracefs',
    readable,
    tracefsRoot() ?? (hidden ? `mounted at ${mount}, this user may not read it` : 'not mounted'),
    hidden ? 'run it with sudo: the tracepoints are not checked' : 'mount -t tracefs tracefs /sys/kernel/tracing',
  );
}

function* tracepointChecks(): Generator<HostCheck> {
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
}

async function* attachChecks(): AsyncGenerator<HostCheck> {
  try {
    const session = await Session.open({
      transport: 'auto',
      longestPeriodMs: READ_EVERY_MS,
      signal: new AbortController().signal,
    });
    const { concerns, missing } = session.attached;
    await session.transport.abandon();
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
    const { kind, ringBytes } = session.transport;
    const refusal = session.attached.notes.map(({ text }) => text).join('; ');
    const check = required(
      'ring transport',
      kind === 'ring',
      ringBytes === undefined ? refusal : ringText(ringBytes, session.transport.sharedRing),
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

/** `2 rings of 4 MB`, and how many events they absorb. */
function ringText(bytes: number, shared: boolean): string {
  const rings = shared ? 1 : onlineCpus();
  const events = Math.floor((rings * bytes) / TYPICAL_RECORD_BYTES);
  const perSecond = Math.floor((events * 1000) / READ_EVERY_MS / 1_000) * 1_000;
  const size = bytes >= 1_048_576 ? `${bytes / 1_048_576} MB` : `${bytes / 1_024} KB`;
  return (
    `${rings === 1 ? 'one ring' : `${rings} rings`} of ${size}: absorb ${perSecond.toLocaleString('en')} events/s ` +
    `when read every ${READ_EVERY_MS} ms, and more when read more often`
  );
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
