import { match, rejects } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SstoryError } from '../../src/model/error.js';
import { Bpftrace } from '../../src/probe/bpftrace.js';
import { Stage } from '../lab/stage.js';

/** What 0.14 says on a host that lacks what it needs, and later versions do not. */
const NO_HEADERS = "/bpftrace/include/clang_workarounds.h:14:10: fatal error: 'linux/types.h' file not found";
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
      match(error.message, /did not start: .*not found/);
      match(error.options.hint ?? '', hint);
      return true;
    });
  }

  it('for want of kernel headers names their package', () => refuses(NO_HEADERS, /apt-get install linux-libc-dev/));

  it('for want of a tracepoint says how to mount debugfs, unless it is there', () => {
    const mounted = existsSync('/sys/kernel/debug/tracing');
    return refuses(NO_TRACEPOINT, mounted ? /sstory doctor/ : /mount -t debugfs debugfs \/sys\/kernel\/debug/);
  });

  it('for another reason sends to doctor', () => refuses('ERROR: file not found', /sstory doctor/));
});
