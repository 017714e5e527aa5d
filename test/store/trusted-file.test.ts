import { doesNotThrow, throws } from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireTrusted, trustedByRoot } from '../../src/store/trusted-file.js';
import { missing } from '../lab/privileges.js';

/** Ids that are neither root's nor those of who calls sudo. */
const STRANGER = 65_534;
const CALLER = 1_234;

describe('a database that root writes', () => {
  let directory: string;
  let path: string;
  const root = trustedByRoot({}, 0);
  const sudo = trustedByRoot({ SUDO_UID: String(CALLER), SUDO_GID: String(CALLER) }, 0);

  before(function () {
    if (process.getuid?.() !== 0) missing(this, 'needs root');
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sstory-test-'));
    path = join(directory, 'a.db');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('may be missing, in a directory of root, and in /tmp', () => {
    doesNotThrow(() => requireTrusted(path, root));
    doesNotThrow(() => requireTrusted('/tmp/sstory-test-missing.db', root));
  });

  it('is no symbolic link: the message names where it leads', () => {
    const target = join(directory, 'b.db');
    writeFileSync(target, '');
    symlinkSync(target, path);
    throws(() => requireTrusted(path, root), /^SstoryError: root does not write this database: .* is a symbolic link$/);
    rmSync(target);
    throws(() => requireTrusted(path, root), /is a symbolic link$/);
  });

  it('belongs to root, or to who called sudo', () => {
    writeFileSync(path, '');
    chownSync(path, CALLER, CALLER);
    throws(() => requireTrusted(path, root), new RegExp(`belongs to uid ${CALLER}$`));
    doesNotThrow(() => requireTrusted(path, sudo));
  });

  it('has no log of another user beside it', () => {
    writeFileSync(path, '');
    for (const end of ['-wal', '-shm', '-journal']) {
      writeFileSync(`${path}${end}`, '');
      chownSync(`${path}${end}`, STRANGER, STRANGER);
      throws(() => requireTrusted(path, root), new RegExp(`a\\.db${end} belongs to uid ${STRANGER}$`));
      rmSync(`${path}${end}`);
    }
  });

  it('is in no directory that others may write, unless it is sticky', () => {
    chmodSync(directory, 0o777);
    throws(() => requireTrusted(path, root), /: everyone may write /);
    chmodSync(directory, 0o1777);
    doesNotThrow(() => requireTrusted(path, root));
  });

  it('is in no directory that a group may write, but of root or of who called sudo', () => {
    chmodSync(directory, 0o770);
    doesNotThrow(() => requireTrusted(path, root));
    chownSync(directory, 0, STRANGER);
    throws(() => requireTrusted(path, root), new RegExp(`: group ${STRANGER} may write `));
    chownSync(directory, CALLER, CALLER);
    doesNotThrow(() => requireTrusted(path, sudo));
  });

  it('is in no directory of another user, nor below one', () => {
    const below = join(directory, 'below');
    mkdirSync(below);
    chownSync(directory, STRANGER, STRANGER);
    for (const file of [path, join(below, 'a.db')])
      throws(() => requireTrusted(file, root), new RegExp(`: ${directory} belongs to uid ${STRANGER}$`));
  });
});

describe('a database that another user writes', () => {
  it('is left to the permissions of the kernel', () => {
    doesNotThrow(() => requireTrusted('/proc/self/exe', trustedByRoot({ SUDO_UID: '0' }, STRANGER)));
  });
});
