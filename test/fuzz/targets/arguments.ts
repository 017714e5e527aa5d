/** Times, durations and sizes, as people type them. */
import { parseDuration, parseSpan } from '../../../src/model/duration.js';
import { parseSize } from '../../../src/model/size.js';
import { parseTimeArgument } from '../../../src/model/time-argument.js';
import { isoTime } from '../../../src/model/time-text.js';
import { accepted, type FuzzTarget, texts } from '../target.js';

const NOW_US = 1_795_000_000_123_456;
const WORDS = [
  ...['now', 'start', 'end', 'today', 'yesterday', 'tomorrow', 'ago', '@', 't', 'z', ':', '-', '+', '.', ' ', '  '],
  ...[
    '14:05',
    '2026-11-20',
    '1h',
    '30m',
    'µs',
    'weeks',
    '9999999999',
    '0',
    '24:00',
    '2026-02-30',
    '+02:00',
    '\t',
    '1e9',
  ],
];

function checkWhole(number: number): void {
  if (!Number.isSafeInteger(number)) throw new Error(`gave ${number}`);
}

export function timeTarget(): FuzzTarget {
  const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe'];
  return {
    samples: texts(
      ...['now', '10 min ago', '-1h30m', 'yesterday 14:05', '14:05:30.123456', '2026-11-20T14:05:30.123Z', 'end-10m'],
      ...[
        '@1763647530.5',
        '1763647530',
        '1763647530123456789',
        '2026-11-20 14:05 +02:00',
        'now - 1h',
        'start + 1.5 days',
      ],
    ),
    words: WORDS,
    async read(input) {
      const text = input.toString('utf8');
      for (const timeZone of zones) {
        const context = { nowUs: NOW_US, startUs: NOW_US - 5e9, endUs: NOW_US, timeZone };
        const moment = await accepted(['bad-time'], () => parseTimeArgument(text, context));
        if (moment === undefined) continue;
        checkWhole(moment.us);
        isoTime(moment.us);
      }
      await accepted(['bad-time', 'no-recording'], () => parseTimeArgument(text, { nowUs: NOW_US }));
    },
  };
}

export function durationTarget(): FuzzTarget {
  return {
    samples: texts('10s', '1h30m', '1.5 hours', '2 days 3 hr', '7d', '500ms', '3ns'),
    words: WORDS,
    async read(input) {
      const text = input.toString('utf8');
      const us = await accepted(['bad-duration'], () => parseDuration(text));
      if (us !== parseSpan(text)) throw new Error('two answers');
      if (us !== undefined) checkWhole(us);
    },
  };
}

export function sizeTarget(): FuzzTarget {
  return {
    samples: texts('2GB', '500 MiB', '1.5G', '4096', '64k', '1 TiB'),
    words: [...WORDS, 'k', 'm', 'g', 't', 'i', 'b', 'iB', 'KiB'],
    async read(input) {
      const bytes = await accepted(['bad-size'], () => parseSize(input.toString('utf8')));
      if (bytes !== undefined) checkWhole(bytes);
    },
  };
}
