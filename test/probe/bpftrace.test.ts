import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SstoryError } from '../../src/model/error.js';
import { Bpftrace, bpftraceVersion, refusedUser } from '../../src/probe/bpftrace.js';
import { holdsAny } from '../../src/sys/capabilities.js';
import { Stage } from '../lab/stage.js';

/** What 0.14 says on a host that lacks what it needs, and later versions do not. */
const NO_HEADERS = "/bpftrace/include/clang_workarounds.h:14:10: fatal error: 'linux/types.h' file not found";
const NO_TYPE = "stdin:38:89-111: ERROR: Unknown identifier: 'struct pt_regs'";
const NO_TRACEPOINT = 'stdin:4-6: ERROR: tracepoint not found: sock:inet_sock_set_state';

describe('a bpftrace that does not start', () => {
  const stage = new Stage();
  const command = process.env['SSTORY_BPFTRACE'];
  afterEach(() => {
    if (command === undefined) delete process.env['SSTORY_BPFTRACE'];
    else process.env['SSTORY_BPFTRACE'] = command;
  });
  after(() => stage[Symbol.asyncDispose]());

  async function refuses(complaint: string, hint: RegExp): Promise<void> {
    const script = join(await stage.directory(), 'bpftrace');
    await writeFile(script, `echo "${complaint}" >&2; exit 1\n`);
    process.env['SSTORY_BPFTRACE'] = `sh ${script}`;
    await rejects(new Bpftrace('', 64, () => undefined).ready, (error) => {
      if (!(error instanceof SstoryError)) throw error;
      match(error.message, /did not start: .*(not found|Unknown)/);
      match(error.options.hint ?? '', hint);
      return true;
    });
  }

  it('for want of kernel headers names their package', () => refuses(NO_HEADERS, /apt-get install linux-libc-dev/));

  it('for want of a tracepoint says how to mount debugfs, unless it is there', () => {
    const mounted = existsSync('/sys/kernel/debug/tracing');
    return refuses(NO_TRACEPOINT, mounted ? /sstory doctor/ : /mount -t debugfs debugfs \/sys\/kernel\/debug/);
  });

  it('for want of types that it can read names a newer one', () => refuses(NO_TYPE, /cannot read the types \(BTF\)/));

  it('for another reason sends to doctor', () => refuses('ERROR: file not found', /sstory doctor/));

  it('is run by absolute path, with no variable of who started sstory', async () => {
    const directory = await stage.directory();
    const script = join(directory, 'bpftrace');
    await writeFile(script, '#!/bin/sh\nenv | sed "s/^/ERROR: /" >&2; exit 1\n', { mode: 0o755 });
    process.env['SSTORY_BPFTRACE'] = script;
    const path = process.env['PATH'];
    process.env['PATH'] = directory;
    process.env['BPFTRACE_MAX_PROBES'] = '1';
    try {
      const lines: string[] = [];
      const bpftrace = new Bpftrace('', 64, (line) => lines.push(line));
      await rejects(bpftrace.ready);
      const names = lines.map((line) => /^ERROR: (\w+)=/.exec(line)?.[1]).sort();
      deepEqual(names, ['BPFTRACE_PERF_RB_PAGES', 'LC_ALL', 'PATH', 'PWD']);
      process.env['SSTORY_BPFTRACE'] = 'bpftrace';
      const version = await bpftraceVersion();
      if (existsSync('/usr/bin/bpftrace')) match(version ?? '', /^\d/);
    } finally {
      process.env['PATH'] = path;
      delete process.env['BPFTRACE_MAX_PROBES'];
    }
  });
});

describe('a user who may run bpftrace', () => {
  it('is root, for every version', () => {
    if (process.geteuid?.() === 0) for (const version of ['0.14.0', '0.27.1']) equal(refusedUser(version), undefined);
  });

  it('is another one from 0.25 on, with the capabilities', () => {
    const { geteuid } = process;
    process.geteuid = () => 1_000;
    try {
      match(refusedUser('0.24.9') ?? '', /^bpftrace 0\.24\.9 runs only as root, this is uid 1000$/);
      for (const version of ['0.25.0', '1.0.0']) {
        const refused = refusedUser(version);
        if (holdsAny('CAP_SYS_ADMIN')) equal(refused, undefined);
        else match(refused ?? '', /CAP_BPF/);
      }
    } finally {
      if (geteuid !== undefined) process.geteuid = geteuid;
    }
  });
});
