import { equal, throws } from 'node:assert/strict';
import { rangeText, spanText, typedMoment, typedText, zoneText } from '../../../src/web/header/range-text.js';

/** 14:05:30 of the zone in which the tests run. */
const NOON_US = new Date(2026, 10, 26, 14, 5, 30).getTime() * 1000;
const DAY_US = 86_400_000_000;
const context = { nowUs: NOON_US, startUs: NOON_US - DAY_US, endUs: NOON_US };

describe('a range in words', () => {
  const range = { fromUs: NOON_US - 900e6, toUs: NOON_US, relative: true };

  it('stays relative', () => {
    equal(rangeText({ from: '-15m', to: undefined }, range, NOON_US), 'Last 15 min');
    equal(rangeText({ from: '-90s', to: 'now' }, range, NOON_US), 'Last 90 s');
  });

  it('is two times otherwise, with the day where it is another one', () => {
    equal(rangeText({ from: undefined, to: undefined }, range, NOON_US), '13:50:30 - 14:05:30');
    equal(spanText(NOON_US - DAY_US, NOON_US - DAY_US + 60e6, NOON_US), '2026-11-25 14:05:30 - 14:06:30');
    equal(spanText(NOON_US - DAY_US, NOON_US, NOON_US), '2026-11-25 14:05:30 - 2026-11-26 14:05:30');
  });

  it('has fractions only where it is short', () => {
    equal(spanText(NOON_US, NOON_US + 1_500_000, NOON_US), '14:05:30.000 - 14:05:31.500');
    equal(spanText(NOON_US, NOON_US + 60, NOON_US), '14:05:30.000000 - 14:05:30.000060');
  });
});

describe('a typed end of a range', () => {
  it('stays relative, as it is typed', () => {
    equal(typedMoment('-10m', context), '-10m');
    equal(typedMoment(' NOW ', context), 'now');
    equal(typedMoment('', context), undefined);
  });

  it('is a time of the zone of the browser', () => {
    equal(typedMoment('14:05', context), NOON_US - 30e6);
    equal(typedMoment('2026-11-26 14:05:30.5', context), NOON_US + 500_000);
    equal(typedMoment('start', context), NOON_US - DAY_US);
  });

  it('is read again as it is shown', () => {
    for (const us of [NOON_US, NOON_US + 1]) equal(typedMoment(typedText(us, us), context), us);
  });

  it('is refused where it means nothing', () => {
    throws(() => typedMoment('soonish', context), /invalid time "soonish"/);
  });
});

describe('the zone', () => {
  it('is its distance from UTC', () => {
    equal(/^UTC([+-]\d{1,2}(:\d{2})?)?$/.test(zoneText(NOON_US)), true);
  });
});
