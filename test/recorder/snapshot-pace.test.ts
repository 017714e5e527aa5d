import { deepEqual, equal } from 'node:assert/strict';
import { SnapshotPace } from '../../src/recorder/snapshot-pace.js';

describe('the interval of snapshots', () => {
  it('is the one that was asked for while they cost little', () => {
    equal(new SnapshotPace(1_000_000).nextUs(10_000), 1_000_000);
  });
  it('is longer where they would use more than 1.5 % of a core', () => {
    equal(new SnapshotPace(1_000_000).nextUs(60_000), 4_000_000);
  });
  it('is longer where they would use more than 1 % beside many TIME-WAITs', () => {
    const pace = new SnapshotPace(1_000_000);
    equal(pace.nextUs(60_000, 20_000), 6_000_000);
    equal(pace.nextUs(60_000, 19_999), 4_000_000);
  });
  it('counts what the main thread used for the one before, once', () => {
    const pace = new SnapshotPace(1_000_000);
    pace.addMainTime(20_000);
    pace.addMainTime(10_000);
    deepEqual([pace.nextUs(30_000), pace.nextUs(30_000)], [4_000_000, 2_000_000]);
  });
  it('is ten seconds at most, or what was asked for', () => {
    equal(new SnapshotPace(1_000_000).nextUs(500_000), 10_000_000);
    equal(new SnapshotPace(60_000_000).nextUs(500_000), 60_000_000);
  });
  it('is twice as long while nothing happens, ten seconds at most, and at least what it costs', () => {
    equal(new SnapshotPace(1_000_000).quietUs(1_000_000), 2_000_000);
    equal(new SnapshotPace(1_000_000).quietUs(6_000_000), 6_000_000);
    equal(new SnapshotPace(8_000_000).quietUs(8_000_000), 10_000_000);
    equal(new SnapshotPace(60_000_000).quietUs(60_000_000), 60_000_000);
  });
});
