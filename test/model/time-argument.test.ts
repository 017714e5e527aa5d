import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SstoryError } from '../../src/model/error.js';
import { parseTimeArgument } from '../../src/model/time-argument.js';
import { wallTime } from '../../src/model/zoned-time.js';

const BERLIN = 'Europe/Berlin';
/** Saturday, 01:56:00.5 in Berlin. */
const NOW_US = Date.UTC(2026, 10, 21, 0, 56) * 1000 + 500_000;
const CONTEXT = { nowUs: NOW_US, timeZone: BERLIN, startUs: 1_000_000_000_000_000, endUs: 1_000_000_900_000_007 };

const iso = (us: number) =>
  `${new Date(Math.floor(us / 1e6) * 1000).toISOString().slice(0, 19)}.${String(us % 1e6).padStart(6, '0')}`;

describe('a time argument', () => {
  const ACCEPTED: readonly (readonly [string, string])[] = [
    ['now', '2026-11-21T00:56:00.500000'],
    ['NOW', '2026-11-21T00:56:00.500000'],
    ['today', '2026-11-20T23:00:00.000000'],
    ['yesterday', '2026-11-19T23:00:00.000000'],
    ['tomorrow', '2026-11-21T23:00:00.000000'],
    ['yesterday 14:05', '2026-11-20T13:05:00.000000'],
    ['yesterday 14:05:30', '2026-11-20T13:05:30.000000'],
    ['yesterday 14:05:30.123456', '2026-11-20T13:05:30.123456'],
    ['tomorrow 08:00', '2026-11-22T07:00:00.000000'],
    ['10m', '2026-11-21T00:46:00.500000'],
    ['10m ago', '2026-11-21T00:46:00.500000'],
    ['10 min ago', '2026-11-21T00:46:00.500000'],
    ['-10m', '2026-11-21T00:46:00.500000'],
    ['+10m', '2026-11-21T01:06:00.500000'],
    ['1h30m ago', '2026-11-20T23:26:00.500000'],
    ['90s ago', '2026-11-21T00:54:30.500000'],
    ['3d2h', '2026-11-17T22:56:00.500000'],
    ['2 days 3 hr ago', '2026-11-18T21:56:00.500000'],
    ['1w', '2026-11-14T00:56:00.500000'],
    ['1.5h', '2026-11-20T23:26:00.500000'],
    ['250us', '2026-11-21T00:56:00.499750'],
    ['2026-11-20', '2026-11-19T23:00:00.000000'],
    ['2026-11-20T14:05:30Z', '2026-11-20T14:05:30.000000'],
    ['2026-11-20T14:05:30.123456Z', '2026-11-20T14:05:30.123456'],
    ['2026-11-20T14:05:30.123456789Z', '2026-11-20T14:05:30.123456'],
    ['2026-11-20T14:05:30,5Z', '2026-11-20T14:05:30.500000'],
    ['2026-11-20 14:05', '2026-11-20T13:05:00.000000'],
    ['2026-11-20 14:05:30.25', '2026-11-20T13:05:30.250000'],
    ['2026-11-20T14:05:30+02:00', '2026-11-20T12:05:30.000000'],
    ['2026-11-20T14:05:30-0330', '2026-11-20T17:35:30.000000'],
    ['2026-11-20T14:05+02', '2026-11-20T12:05:00.000000'],
    ['2026-07-20 14:05', '2026-07-20T12:05:00.000000'],
    ['@1763647530', '2025-11-20T14:05:30.000000'],
    ['@1763647530.25', '2025-11-20T14:05:30.250000'],
    ['@0', '1970-01-01T00:00:00.000000'],
    ['1763647530', '2025-11-20T14:05:30.000000'],
    ['1763647530123', '2025-11-20T14:05:30.123000'],
    ['1763647530123456', '2025-11-20T14:05:30.123456'],
    ['1763647530123456789', '2025-11-20T14:05:30.123456'],
    ['01:30', '2026-11-21T00:30:00.000000'],
    ['1:30:15.5', '2026-11-21T00:30:15.500000'],
    ['14:05', '2026-11-20T13:05:00.000000'],
    ['start', '2001-09-09T01:46:40.000000'],
    ['end', '2001-09-09T02:01:40.000007'],
    ['end-10m', '2001-09-09T01:51:40.000007'],
    ['start + 1.5s', '2001-09-09T01:46:41.500000'],
    ['now-1h', '2026-11-20T23:56:00.500000'],
    ['yesterday 14:05 - 30s', '2026-11-20T13:04:30.000000'],
    ['2026-11-20T14:05:30Z+1m', '2026-11-20T14:06:30.000000'],
    ['2026-11-20-1d', '2026-11-18T23:00:00.000000'],
    ['  now  ', '2026-11-21T00:56:00.500000'],
  ];
  for (const [text, expected] of ACCEPTED) {
    it(`${JSON.stringify(text)} is ${expected}Z`, () =>
      assert.equal(iso(parseTimeArgument(text, CONTEXT).us), expected));
  }

  const REFUSED = [
    '',
    ' ',
    'garbage',
    'monday',
    'connect to 10 hosts',
    '10',
    '12345',
    '10x',
    'm',
    'ago',
    '10m from now',
    '-10m ago',
    '+10m ago',
    '10m10',
    '1 month',
    '24:00',
    '12:60',
    '12:30:60',
    '1:2',
    '2026-02-30',
    '2026-13-01',
    '2026-1-1',
    '26-11-20',
    '2026-11-20Z',
    '2026-11-20T14',
    '2026-11-20T14:05:30.1234567890Z',
    '2026-11-20T14:05:30+99:00',
    '2026-11-20T14:05:30 CET',
    '@',
    '@abc',
    '@1.',
    '@-5',
    '1e10',
    'end-',
    'end+10',
    'end-10m-10m',
    'now now',
    'yesterday 10m',
    'noon',
    '--10m',
    '99999999999999d',
  ]; // prettier-ignore
  for (const text of REFUSED) {
    it(`${JSON.stringify(text)} is rejected by name, with the accepted forms`, () => {
      assert.throws(
        () => parseTimeArgument(text, CONTEXT),
        (error) =>
          error instanceof SstoryError &&
          error.exitCode === 2 &&
          error.message === `invalid time "${text}"` &&
          /yesterday/.test(error.hint ?? ''),
      );
    });
  }

  it('is rejected by its length, however many blanks it has', () => {
    const text = `now ${' '.repeat(1_000_000)}-${' '.repeat(1_000_000)}x-`;
    assert.throws(
      () => parseTimeArgument(text, { nowUs: 0 }),
      (error: Error) => /^invalid time "now +\.\.\." \(2000007 characters\)$/.test(error.message),
    );
  });
  it('end is rejected if nothing is recorded', () => {
    assert.throws(() => parseTimeArgument('end', { nowUs: NOW_US }), /nothing is recorded/);
  });
  it("a time of day in the future is yesterday's, with a note", () => {
    assert.match(parseTimeArgument('14:05', CONTEXT).note ?? '', /yesterday/);
    assert.equal(parseTimeArgument('01:30', CONTEXT).note, undefined);
  });
  it('an hour that clocks show twice is the first one, with a note', () => {
    const { us, note } = parseTimeArgument('2026-10-25 02:30', CONTEXT);
    assert.equal(iso(us), '2026-10-25T00:30:00.000000');
    assert.match(note ?? '', /twice/);
  });
  it('an hour that clocks skip is as long after the change, with a note', () => {
    const { us, note } = parseTimeArgument('2026-03-29 02:30', CONTEXT);
    assert.equal(iso(us), '2026-03-29T01:30:00.000000');
    assert.match(note ?? '', /did not exist.*03:30/);
  });
  it('yesterday is a calendar day, also when it had 25 hours', () => {
    const { us } = parseTimeArgument('yesterday', { nowUs: Date.UTC(2026, 9, 25, 23, 30) * 1000, timeZone: BERLIN });
    assert.equal(iso(us), '2026-10-24T22:00:00.000000');
  });
});

describe('a moment written out', () => {
  const moment = fc.integer({ min: 0, max: 4_102_444_800_000_000 });
  const zone = fc.constantFrom(
    BERLIN,
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'UTC',
  );
  const two = (value: number) => String(value).padStart(2, '0');

  it('in UTC is read back', () => {
    fc.assert(fc.property(moment, (us) => parseTimeArgument(`${iso(us)}Z`, CONTEXT).us === us));
  });
  it('as seconds since the epoch is read back', () => {
    fc.assert(
      fc.property(
        moment,
        (us) => parseTimeArgument(`@${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`, CONTEXT).us === us,
      ),
    );
  });
  it('in local time is read back, or is the first of two moments that read alike', () => {
    fc.assert(
      fc.property(moment, zone, (us, timeZone) => {
        const w = wallTime(us, timeZone);
        const text = `${w.year}-${two(w.month)}-${two(w.day)} ${two(w.hour)}:${two(w.minute)}:${two(w.second)}.${String(w.us).padStart(6, '0')}`;
        const read = parseTimeArgument(text, { nowUs: NOW_US, timeZone });
        if (read.note === undefined) assert.equal(read.us, us);
        assert.ok(read.us <= us, `${read.us} is later than ${us}`);
        assert.deepEqual(wallTime(read.us, timeZone), w);
      }),
    );
  });
});
