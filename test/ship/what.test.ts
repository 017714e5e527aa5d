import { deepEqual, equal, throws } from 'node:assert/strict';
import type { Connection } from '../../src/model/connection.js';
import { CountedConnections } from '../../src/ship/counted-connections.js';
import { machineUuid } from '../../src/ship/machine.js';
import { Backoff, Pace } from '../../src/ship/pace.js';
import { isWhole, parseWhat, whatText } from '../../src/ship/what.js';
import { connectionOf, type Entered, usAt } from '../lab/history.js';

describe('what is shipped', () => {
  const END: Entered = [1, 'UNCONN'];
  const whole = (what: string, entered: readonly Entered[], more: Partial<Connection> = {}) =>
    isWhole(connectionOf(1, entered, more), parseWhat(what));
  const ORDINARY: readonly Entered[] = [[0, 'SYN-SENT'], [0.1, 'ESTAB'], [0.5, 'FIN-WAIT-1'], END];

  it('by default: what failed or was slow, not what is ordinary and short', () => {
    const what = 'failures,slow';
    equal(whole(what, ORDINARY), false);
    equal(whole(what, ORDINARY, { closeReason: 'reset by peer' }), true);
    equal(whole(what, ORDINARY, { closeReason: 'unknown' }), false);
    equal(whole(what, ORDINARY, { retransmits: 1 }), true);
    equal(
      whole(what, [
        [0, 'SYN-SENT'],
        [1.1, 'ESTAB'],
        [1.2, 'UNCONN'],
      ]),
      true,
    );
    equal(
      whole(what, [
        [0, 'ESTAB'],
        [0.1, 'FIN-WAIT-2'],
        [1.3, 'UNCONN'],
      ]),
      true,
    );
    equal(
      whole(what, [
        [0, 'ESTAB'],
        [9, 'UNCONN'],
      ]),
      false,
    );
    equal(
      whole(what, [
        [0, 'ESTAB'],
        [0.1, 'TIME-WAIT'],
        [60.1, 'UNCONN'],
      ]),
      false,
    );
  });

  it('always: listening sockets, and what was open for more than ten seconds', () => {
    for (const what of ['failures', 'slow']) {
      equal(whole(what, [[0, 'LISTEN'], END]), true);
      equal(
        whole(what, [
          [0, 'ESTAB'],
          [10.1, 'UNCONN'],
        ]),
        true,
      );
      equal(
        whole(what, [
          [0, 'ESTAB'],
          [11, 'TIME-WAIT'],
          [71, 'UNCONN'],
        ]),
        true,
      );
    }
  });

  it('as chosen', () => {
    equal(whole('failures', ORDINARY, { retransmits: 1 }), false);
    equal(whole('slow', ORDINARY, { closeReason: 'refused' }), false);
    equal(whole('all', ORDINARY), true);
    equal(whatText(parseWhat('slow, failures')), 'failures,slow');
    throws(() => parseWhat('fast'), { message: 'invalid choice "fast"' });
    throws(() => parseWhat(''), { message: 'invalid choice ""' });
  });

  it('counts the others by minute, process and peer, with the port of the server', () => {
    const counted = new CountedConnections();
    const tuple = {
      family: 4,
      localAddr: '10.0.0.1',
      localPort: 80,
      remoteAddr: '10.0.0.9',
      remotePort: 50_000,
    } as const;
    for (const [id, closedS, more] of [
      [1, 1, {}],
      [2, 2, {}],
      [3, 21, {}],
      [4, 2, { comm: 'curl' }],
      [5, 2, { origin: 'accept', tuple }],
      [6, 2, { origin: 'accept', tuple: { ...tuple, remotePort: 50_001 } }],
    ] as const)
      counted.add(
        connectionOf(
          id,
          [
            [0, 'ESTAB'],
            [closedS, 'UNCONN'],
          ],
          more,
        ),
      );
    deepEqual(
      counted
        .all()
        .map((row) => [
          row.comm,
          row.remotePort,
          row.localPort,
          row.connections,
          row.bytesSent,
          row.lifeUs,
          row.longestUs,
        ]),
      [
        ['java', 9_200, 0, 2, 20, 3_000_000, 2_000_000],
        ['java', 9_200, 0, 1, 10, 21_000_000, 21_000_000],
        ['curl', 9_200, 0, 1, 10, 2_000_000, 2_000_000],
        ['java', 0, 80, 2, 20, 4_000_000, 2_000_000],
      ],
    );
    equal(counted.all()[0]?.minuteUs, usAt(-40));
  });
});

describe('the pace of shipping', () => {
  it('is that of the inflow times a factor', () => {
    const pace = new Pace(1.5);
    equal(pace.waitMs(0), 0);
    pace.sent(10_000, 0, 10_000);
    equal(Math.round(pace.waitMs(0)), 667);
    equal(Math.round(pace.waitMs(600)), 67);
    equal(pace.waitMs(700), 0);
  });

  it('is 2,000 rows a second where few come', () => {
    const pace = new Pace(1.5);
    pace.sent(1_000, 0, 3);
    equal(pace.waitMs(0), 500);
  });

  it('waits twice as long after each failure, a part of it at random', () => {
    const backoff = new Backoff(() => 0.5);
    deepEqual(
      Array.from({ length: 8 }, () => backoff.nextMs()),
      [750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000],
    );
    backoff.succeeded();
    equal(backoff.nextMs(), 750);
  });
});

describe('the UUID of a machine', () => {
  const files = (content: Record<string, string>) => (path: string) => {
    const text = content[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };

  it('is derived from the machine id, as sd_id128_get_machine_app_specific(3) does', () => {
    const id = '0123456789abcdef0123456789abcdef';
    const uuid = machineUuid('web1', files({ '/etc/machine-id': `${id}\n` }));
    equal(uuid, machineUuid('web2', files({ '/var/lib/dbus/machine-id': id })));
    equal(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid), true);
    equal(uuid.replaceAll('-', '').includes(id.slice(0, 8)), false);
  });

  it('is that of the host name where there is no id', () => {
    const none = files({ '/etc/machine-id': 'uninitialized\n' });
    equal(machineUuid('web1', none), machineUuid('web1', none));
    equal(machineUuid('web1', none) === machineUuid('web2', none), false);
  });
});
