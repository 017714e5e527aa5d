import { deepEqual, equal, rejects, throws } from 'node:assert/strict';
import { PatientStore } from '../../src/recorder/patient-store.js';

class Disk {
  full = false;
  locked = false;
  readonly log: string[] = [];
  readonly said: string[] = [];
  nowMs = 0;
  readonly store = new PatientStore(
    (text) => this.said.push(text),
    () => this.nowMs,
  );

  write(name: string): void {
    this.store.write({
      write: () => {
        if (this.full) throw Object.assign(new Error('disk is full'), { code: 'SQLITE_FULL' });
        if (this.locked) throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
        this.log.push(`write ${name}`);
      },
      afterCommit: () => this.log.push(`after ${name}`),
      changes: 1,
    });
  }
}

describe('a patient store', () => {
  it('does what comes after a commit before the next write', () => {
    const disk = new Disk();
    disk.write('a');
    disk.write('b');
    deepEqual(disk.log, ['write a', 'after a', 'write b', 'after b']);
  });

  it('keeps that order for what waited for room', () => {
    const disk = new Disk();
    disk.full = true;
    disk.write('a');
    disk.write('b');
    deepEqual(disk.log, []);
    disk.full = false;
    disk.nowMs += 100;
    disk.write('c');
    deepEqual(disk.log, ['write a', 'after a', 'write b', 'after b', 'write c', 'after c']);
    deepEqual(disk.said, [
      'the database cannot be written (disk is full): new records wait in memory until there is room',
      'the database can be written again: all that waited is written',
    ]);
  });

  it('waits for a lock too, without trying at each write', () => {
    const disk = new Disk();
    disk.locked = true;
    disk.write('a');
    disk.locked = false;
    disk.write('b');
    deepEqual(disk.log, []);
    disk.nowMs += 100;
    disk.write('c');
    equal(disk.log.length, 6);
    deepEqual(disk.said, [
      'the database cannot be written (database is locked): new records wait in memory until the other program releases it',
      'the database can be written again: all that waited is written',
    ]);
  });

  it('writes at the end what waits for a lock that is released meanwhile', async () => {
    const disk = new Disk();
    disk.locked = true;
    disk.write('a');
    const finished = disk.store.finish();
    disk.locked = false;
    await finished;
    deepEqual(disk.log, ['write a', 'after a']);
  });

  it('fails where too much waits', () => {
    const disk = new Disk();
    disk.full = true;
    const many = { write: () => disk.write('a'), changes: 299_999 };
    disk.write('a');
    disk.store.write(many);
    throws(() => disk.write('b'), /disk is full; 300,001 changes of connections lost/);
  });

  it('fails at the end where there is still no room, with the number of what is lost', async () => {
    const disk = new Disk();
    disk.full = true;
    disk.write('a');
    await rejects(() => disk.store.finish(), /disk is full; 1 change of connections lost/);
  });

  it('fails at once with every other error', () => {
    const disk = new Disk();
    throws(() => disk.store.write({ write: () => JSON.parse('{') }), SyntaxError);
  });

  it('does nothing more after it has failed', () => {
    const disk = new Disk();
    throws(() => disk.store.write({ write: () => JSON.parse('{') }), SyntaxError);
    disk.write('a');
    deepEqual(disk.log, []);
    deepEqual(disk.said, []);
  });
});
