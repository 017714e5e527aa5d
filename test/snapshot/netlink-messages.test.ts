import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { SstoryError } from '../../src/model/error.js';
import { type DiagRow, decodeDiagDump, decodeDiagMessages } from '../../src/snapshot/diag-row.js';
import { findMessages } from '../../src/snapshot/netlink-messages.js';
import {
  attribute,
  countedInfo,
  done,
  int,
  message,
  NLM_F_DUMP_INTR,
  NLMSG_ERROR,
  SOCK_DIAG_BY_FAMILY,
  socket,
  socketPayload,
} from './diag-bytes.js';

const EPERM = 1;
const NLMSG_NOOP = 1;

function failure(code: string, cause?: number) {
  return (error: unknown) => {
    ok(error instanceof SstoryError);
    equal(error.code, code);
    if (cause !== undefined) equal(error.options.cause, cause);
    return true;
  };
}

const inodes = (rows: readonly DiagRow[]) => rows.map((row) => row.inode);

describe('netlink answers', () => {
  it('hold one socket a message', () => {
    deepEqual(inodes(decodeDiagMessages(Buffer.concat([socket({ inode: 1 }), socket({ inode: 2 }), done()]))), [1, 2]);
  });
  it('may hold messages of other kinds', () => {
    const bytes = Buffer.concat([message(NLMSG_NOOP, Buffer.alloc(8)), socket({ inode: 1 })]);
    deepEqual(inodes(decodeDiagMessages(bytes)), [1]);
  });
  it('are over where the kernel says so', () => {
    equal(findMessages(socket({})).done, false);
    equal(findMessages(Buffer.concat([socket({}), done()])).done, true);
  });
  it('say when the table changed under the dump', () => {
    equal(findMessages(socket({})).interrupted, false);
    equal(findMessages(message(SOCK_DIAG_BY_FAMILY, socketPayload({}), NLM_F_DUMP_INTR)).interrupted, true);
  });
  it('carry the errno of a refusal', () => {
    throws(() => decodeDiagMessages(message(NLMSG_ERROR, int(-EPERM))), failure('sock-diag', EPERM));
    throws(() => decodeDiagMessages(done(-EPERM)), failure('sock-diag', EPERM));
  });
  it('acknowledge with errno 0', () => deepEqual(decodeDiagMessages(message(NLMSG_ERROR, int(0))), []));
});

describe('a dump of ss -D', () => {
  it('is the IPv4 sockets, then the IPv6 sockets', () => {
    const file = Buffer.concat([socket({ inode: 4 }), done(), socket({ family: 10, inode: 6 }), done()]);
    deepEqual(inodes(decodeDiagDump(file)), [4, 6]);
  });
  it('may hold no socket', () => deepEqual(decodeDiagDump(Buffer.concat([done(), done()])), []));

  const broken: readonly [title: string, bytes: Buffer][] = [
    ['is empty', Buffer.alloc(0)],
    ['is text', Buffer.from('State  Recv-Q Send-Q Local Address:Port\n')],
    ['is cut between two sockets', socket({})],
    ['is cut within a socket', socket({}).subarray(0, 60)],
    ['is cut within a header', Buffer.concat([socket({}), done().subarray(0, 10)])],
    ['claims a message shorter than its header', Buffer.from([4, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['claims a message of 4 GiB', Buffer.from([255, 255, 255, 255, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['holds a socket without its end', Buffer.concat([message(SOCK_DIAG_BY_FAMILY, Buffer.alloc(40, 2)), done()])],
    ['holds Unix sockets', Buffer.concat([socket({ family: 1 }), done()])],
  ];
  for (const [title, bytes] of broken) {
    it(`is refused where it ${title}`, () => throws(() => decodeDiagDump(bytes), failure('bad-dump')));
  }
});

describe('hostile bytes', () => {
  const whole = Buffer.concat([
    socket({ inode: 1 }, attribute(2, countedInfo(248)), attribute(4, Buffer.from('cubic\0'))),
    socket({ family: 10 }, attribute(7, countedInfo(36)), attribute(19, attribute(1, Buffer.from('tls\0')))),
    socket({}, attribute(16, countedInfo(20)), attribute(21, countedInfo(8)), attribute(10, [6])),
    done(),
  ]);

  /** Requests everything that a row can contain. */
  function readAll(bytes: Uint8Array): void {
    let rows: DiagRow[];
    try {
      rows = decodeDiagMessages(bytes);
    } catch (error) {
      ok(error instanceof SstoryError, String(error));
      return;
    }
    for (const row of rows) {
      for (const getter of getters(row)) row[getter as keyof DiagRow];
      const info = row.info;
      if (info !== undefined) for (const getter of getters(info)) info[getter as keyof typeof info];
    }
  }

  function getters(target: object): string[] {
    const all = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(target));
    return Object.keys(all).filter((name) => all[name]?.get !== undefined);
  }

  it('cut anywhere give rows or an SstoryError', () => {
    for (let length = 0; length <= whole.length; length++) readAll(whole.subarray(0, length));
  });
  it('with bytes changed give rows or an SstoryError', () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        readAll(bytes);
      }),
      { numRuns: 2000 },
    );
  });
  it('of any kind give rows or an SstoryError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), readAll), { numRuns: 2000 });
  });
  it('at an odd place in a larger buffer are read the same', () => {
    const shifted = new Uint8Array(whole.length + 3);
    shifted.set(whole, 3);
    deepEqual(
      decodeDiagMessages(shifted.subarray(3)).map((row) => row.tuple),
      decodeDiagMessages(whole).map((row) => row.tuple),
    );
  });
});
