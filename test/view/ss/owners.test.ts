import { equal } from 'node:assert/strict';
import { type DetailOptions, ownersText } from '../../../src/view/ss/details-text.js';
import type { ShownOwner } from '../../../src/view/ss/shown-socket.js';

const tuple = { family: 4, localAddr: '127.0.0.1', localPort: 80, remoteAddr: '127.0.0.2', remotePort: 9090 } as const;

function text(...owners: ShownOwner[]): string {
  return ownersText({ row: { state: 'ESTAB', tuple }, owners }, { processes: true } as DetailOptions);
}

describe('owners in the table', () => {
  it('are as in ss', () => {
    equal(
      text({ pid: 7, fd: 3, comm: 'web' }, { pid: 9, fd: 4, comm: 'a b' }),
      ' users:(("a b",pid=9,fd=4),("web",pid=7,fd=3))',
    );
  });

  it('cannot be forged by the name of a command', () => {
    equal(text({ pid: 7, fd: 3, comm: 'a",pid=1,fd=2' }), ' users:(("a\\x22,pid=1,fd=2",pid=7,fd=3))');
    equal(text({ pid: 7, fd: 3, comm: '"),("init' }), ' users:(("\\x22),(\\x22init",pid=7,fd=3))');
  });
});
