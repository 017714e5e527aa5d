import { deepEqual, throws } from 'node:assert/strict';
import { PatientStore } from '../../src/recorder/patient-store.js';

class Disk {
  full = false;
  readonly log: string[] = [];
  readonly said: string[] = [];
  readonly store = new PatientStore((text) => this.said.push(text));

  write(name: string): void {
    this.store.write({
      write: () => {
        if (this.full) throw Object.assign(new Error('disk is full'), { code: 'SQLITE_FULL' });
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
    disk.write('c');
    deepEqual(disk.log, ['write a', 'after a', 'write b', 'after b', 'write c', 'after c']);
    deepEqual(disk.said, [
      'the database cannot be written (disk is full): new records wait in memory until there is room',
      'there is room again: all that waited is written',
    ]);
  });

  it('fails at the end where there is still no room, with the number of what is lost', () => {
    const disk = new Disk();
    disk.full = true;
    disk.write('a');
    throws(() => disk.store.finish(), /disk is full; 1 change of connections lost/);
  });

  it('fails at once with every other error', () => {
    const disk = new Disk();
    throws(() => disk.store.write({ write: () => JSON.parse('{') }), SyntaxError);
  });
});
