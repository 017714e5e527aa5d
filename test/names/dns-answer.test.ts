import { deepEqual, equal } from 'node:assert/strict';
import { type Answer, encode, TRUNCATED_RESPONSE } from 'dns-packet';
import fc from 'fast-check';
import { ipv4FromBe32, ipv6FromBytes } from '../../src/model/address.js';
import { readAnswers } from '../../src/names/dns-answer.js';

const NXDOMAIN = 3;
const SERVFAIL = 2;

interface Reply {
  readonly name?: string;
  readonly type?: 'A' | 'AAAA' | 'TXT';
  readonly flags?: number;
  readonly answers?: Answer[];
}

function reply({ name = 'kafka.test', type = 'A', flags = 0, answers = [] }: Reply): Buffer {
  return encode({ type: 'response', id: 7, flags, questions: [{ name, type }], answers });
}

const a = (name: string, data: string, ttl = 60): Answer => ({ type: 'A', name, data, ttl });
const cname = (name: string, data: string, ttl = 60): Answer => ({ type: 'CNAME', name, data, ttl });
const address4 = fc.integer({ min: 0, max: 0xffff_ffff }).map(ipv4FromBe32);
const address6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(ipv6FromBytes);

describe('a DNS answer', () => {
  it('gives all addresses of the name that was asked for, with the least TTL', () => {
    const answers = [
      a('kafka.test', '192.0.2.1', 60),
      a('Kafka.TEST', '192.0.2.2', 30),
      a('other.test', '192.0.2.3', 1),
    ];
    deepEqual(readAnswers(reply({ name: 'KAFKA.test', answers })), [
      { name: 'kafka.test', family: 4, addresses: ['192.0.2.1', '192.0.2.2'], ttlS: 30 },
    ]);
  });

  it('leads over aliases to the name that was asked for, in whatever order the records stand', () => {
    const answers = [
      a('c.test', '192.0.2.1', 50),
      cname('b.test', 'c.test', 20),
      cname('alias.test', 'b.test', 40),
      a('b.test', '192.0.2.9'),
    ];
    deepEqual(readAnswers(reply({ name: 'alias.test', answers })), [
      { name: 'alias.test', family: 4, addresses: ['192.0.2.1'], ttlS: 20 },
    ]);
  });

  it('ends where aliases go in a circle', () => {
    const answers = [cname('a.test', 'b.test'), cname('b.test', 'a.test')];
    deepEqual(readAnswers(reply({ name: 'a.test', answers })), [{ name: 'a.test', family: 4, addresses: [], ttlS: 0 }]);
  });

  it('of a name without addresses of that family says so', () => {
    deepEqual(readAnswers(reply({ type: 'AAAA' })), [{ name: 'kafka.test', family: 6, addresses: [], ttlS: 0 }]);
  });

  it('of a name that does not exist speaks for both families', () => {
    const answers = readAnswers(reply({ flags: NXDOMAIN }));
    deepEqual(
      answers?.map(({ family, addresses }) => [family, addresses]),
      [
        [4, []],
        [6, []],
      ],
    );
  });

  const saysNothing: Readonly<Record<string, Buffer>> = {
    'cut short': reply({ flags: TRUNCATED_RESPONSE, answers: [a('kafka.test', '192.0.2.1')] }),
    'of a server in trouble': reply({ flags: SERVFAIL }),
    'about something else': reply({ type: 'TXT' }),
    'for a name no host can have': reply({ name: 'a b\x1b[2J.test', answers: [a('a b\x1b[2J.test', '192.0.2.1')] }),
    'that is a question': encode({ type: 'query', questions: [{ name: 'kafka.test', type: 'A' }] }),
  };
  for (const [what, message] of Object.entries(saysNothing)) {
    it(`says nothing if it is one ${what}`, () => deepEqual(readAnswers(message), []));
  }

  it('cuts a TTL to a week, and takes one with its highest bit set for none', () => {
    const ttlOf = (ttl: number) => readAnswers(reply({ answers: [a('kafka.test', '192.0.2.1', ttl)] }))?.[0]?.ttlS;
    equal(ttlOf(2_000_000_000), 604_800);
    equal(ttlOf(0x8000_0000), 0);
  });

  it('gives addresses in the form in which they are stored', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(address4, { minLength: 1, maxLength: 20 }),
        fc.uniqueArray(address6, { minLength: 1, maxLength: 20 }),
        (v4, v6) => {
          const answers = v4.map((data) => a('kafka.test', data));
          deepEqual(readAnswers(reply({ answers }))?.[0]?.addresses, v4);
          const answers6 = v6.map((data): Answer => ({ type: 'AAAA', name: 'kafka.test', data, ttl: 1 }));
          deepEqual(readAnswers(reply({ type: 'AAAA', answers: answers6 }))?.[0]?.addresses, v6);
        },
      ),
    );
  });
});

describe('a malformed DNS message', () => {
  it('never throws, whatever bytes it has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void readAnswers(bytes)),
      { numRuns: 1_000 },
    );
  });

  it('never throws where a good one was damaged or cut', () => {
    const good = reply({
      name: 'alias.test',
      answers: [
        cname('alias.test', 'kafka.test'),
        a('kafka.test', '192.0.2.1'),
        { type: 'TXT', name: 'x.test', data: 'x' },
      ],
    });
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.nat(good.length), (changes, length) => {
        const bytes = Uint8Array.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        readAnswers(bytes.subarray(0, length));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is distinguished from one that is unreadable', () => equal(readAnswers(Uint8Array.of(1, 2, 3)), undefined));

  it('is not believed when it promises more records than it has room for', () => {
    const message = Buffer.from(reply({}));
    message.writeUInt16BE(65_535, 6);
    equal(readAnswers(message), undefined);
  });
});
