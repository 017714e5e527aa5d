import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execa } from 'execa';
import { missing } from '../../lab/privileges.js';
import { MAIN } from '../../lab/sstory.js';

interface Line {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

/** No user's. */
const UID = '54321';

describe('doctor, for a user who is not root', () => {
  let lines: readonly Line[] = [];
  let exitCode: number | undefined;

  before(async function () {
    if (process.getuid?.() !== 0) missing(this, 'needs root');
    const user = ['--reuid', UID, '--regid', UID, '--clear-groups', process.execPath, MAIN];
    const outcome = await execa('setpriv', [...user, 'doctor', '--json'], { reject: false, cwd: '/' });
    exitCode = outcome.exitCode;
    lines = outcome.stdout.split('\n').map((line) => JSON.parse(line) as Line);
  });

  const named = (name: string) => lines.find((line) => line.name === name);

  it('names each capability that is missing, and what for', () => {
    equal(exitCode, 1);
    const names = lines.filter(({ name, ok }) => !ok && name.startsWith('CAP_')).map(({ name }) => name);
    deepEqual(names, [
      'CAP_BPF',
      'CAP_PERFMON',
      'CAP_SYS_ADMIN',
      'CAP_IPC_LOCK',
      'CAP_SYS_PTRACE',
      'CAP_DAC_READ_SEARCH',
      'CAP_NET_RAW',
      'CAP_NET_ADMIN',
    ]);
    for (const line of lines) ok(line.ok || line.remedy !== undefined, line.name);
  });

  it('says that tracefs may not be read, and nothing of the tracepoints in it', () => {
    if (named('tracefs')?.detail === 'not mounted') return;
    match(named('tracefs')?.detail ?? '', /^mounted at \/sys\/kernel\/.*, this user may not read it$/);
    equal(named('sock:inet_sock_set_state'), undefined);
  });
});
