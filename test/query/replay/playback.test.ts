import { equal, throws } from 'node:assert/strict';
import { jumpTarget } from '../../../src/query/replay/jump.js';
import { Playback } from '../../../src/query/replay/playback.js';
import { otherSpeed, parseSpeed, speedText } from '../../../src/query/replay/speed.js';
import { BASE_US, usAt } from '../../lab/history.js';

describe('the clock of a replay', () => {
  it('goes at its speed, from where it was set', () => {
    const playback = new Playback(BASE_US, 1_000, 10);
    equal(playback.dueUs(1_500), usAt(5));
    playback.moveTo(usAt(60), 2_000);
    equal(playback.dueUs(2_100), usAt(61));
  });

  it('does not move while it is paused, and goes on from there', () => {
    const playback = new Playback(BASE_US, 0, 1);
    playback.setPaused(true, usAt(3), 3_000);
    equal(playback.dueUs(90_000), usAt(3));
    playback.setPaused(false, usAt(3), 90_000);
    equal(playback.dueUs(91_000), usAt(4));
  });

  it('has everything due at the speed max, and keeps its place when the speed changes', () => {
    const playback = new Playback(BASE_US, 0, Number.POSITIVE_INFINITY);
    equal(playback.dueUs(1), Number.POSITIVE_INFINITY);
    playback.setSpeed(2, usAt(7), 1_000);
    equal(playback.dueUs(2_000), usAt(9));
  });

  it('has speeds from a tenth to max, by key', () => {
    equal(speedText(otherSpeed(1, 1)), '2x');
    equal(speedText(otherSpeed(0.1, -1)), '0.1x');
    equal(speedText(otherSpeed(3_600, 1)), 'max');
    equal(speedText(otherSpeed(parseSpeed('max'), -1)), '3600x');
    equal(speedText(otherSpeed(parseSpeed('7x'), 1)), '10x');
    for (const text of ['0x', '-1x', 'fast', '', '1e400x']) throws(() => parseSpeed(text), /invalid speed/);
  });
});

describe('a jump in a replay', () => {
  const from = { positionUs: usAt(50), direction: 1, startUs: BASE_US, endUs: usAt(100) } as const;

  it('goes by a span from where it is, or to a time', () => {
    equal(jumpTarget('+10s', from), usAt(60));
    equal(jumpTarget('-10s', from), usAt(40));
    equal(jumpTarget('10s', from), usAt(60));
    equal(jumpTarget('10s', { ...from, direction: -1 }), usAt(40));
    equal(jumpTarget('start', from), BASE_US);
    equal(jumpTarget('end-1s', from), usAt(99));
    equal(jumpTarget(`@${usAt(12) / 1e6}`, from), usAt(12));
  });

  it('takes a time of day as the last one before the end of the recording', () => {
    const wanted = new Date(usAt(30) / 1000);
    equal(jumpTarget(`${wanted.getHours()}:${wanted.getMinutes().toString().padStart(2, '0')}:10`, from), usAt(30));
  });

  it('stays within the recording, and reports an invalid time', () => {
    equal(jumpTarget('+1h', from), usAt(100));
    equal(jumpTarget('2020-01-01', from), BASE_US);
    throws(() => jumpTarget('soon', from), /invalid time "soon"/);
  });
});
