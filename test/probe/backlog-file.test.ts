import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { BacklogFile } from '../../src/probe/backlog-file.js';
import { RecordMerge } from '../../src/probe/record-merge.js';
import { descriptorsOf } from '../lab/descriptors.js';
import { requireDisk, requireRoot } from '../lab/privileges.js';
import { until } from '../lab/until.js';
import {
  addRuns,
  CONTEXT,
  countOf,
  eventsOf,
  merging,
  NEARLY_A_BLOCK,
  packed,
  RECORDS,
  storedBytes,
} from './waiting-runs.js';

/** What a process may write into a file: less than two blocks, bytes. */
const LIMIT = 5_000_000;
/** Not where files may be memory. */
const directory = mkdtempSync(join(import.meta.dirname, 'backlog-'));
const path = join(directory, 'a.db-backlog');

/** The open files without a name that lie in the directory. */
const openFiles = () => descriptorsOf().filter((target) => target.startsWith(directory));

describe('the file of what waits behind a burst', () => {
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('takes it off the memory, gives it back in order, and is closed when all was taken', async function () {
    requireDisk(this, directory);
    const runs = 200;
    const merge = merging(new BacklogFile(path, 0), 140);
    await until('a block to be written', () => storedBytes(merge) > NEARLY_A_BLOCK);
    addRuns(merge, 140, runs);
    await until('the next one to be written', () => storedBytes(merge) > 2 * NEARLY_A_BLOCK);
    equal(openFiles().length, 1);
    deepEqual(readdirSync(directory), [], 'it has no name');
    const events = eventsOf(merge.slices(Number.POSITIVE_INFINITY));
    equal(events.length, countOf(runs));
    ok(events.every(({ bootUs }, index) => bootUs === index + 1));
    deepEqual([merge.waitingBytes, merge.memoryBytes], [0, 0]);
    await until('the file to be closed', () => openFiles().length === 0);
    const passed = merge.takePassed();
    equal(passed.memoryBytes, passed.bytes, 'none of it takes memory any more');
  });

  it('leaves it in memory where the disk has no room left for others', async () => {
    const runs = 90;
    const merge = merging(new BacklogFile(path, Number.MAX_SAFE_INTEGER), runs);
    equal(merge.memoryBytes, merge.waitingBytes);
    equal(eventsOf(merge.slices(Number.POSITIVE_INFINITY)).length, countOf(runs));
    deepEqual(openFiles(), []);
  });

  it('leaves it in memory where no file can be made', () => {
    const runs = 90;
    const merge = merging(new BacklogFile(join(directory, 'missing', 'a.db-backlog'), 0), runs);
    equal(merge.memoryBytes, merge.waitingBytes);
    equal(eventsOf(merge.slices(Number.POSITIVE_INFINITY)).length, countOf(runs));
  });

  describe('on a disk of its own', () => {
    const disk = join(directory, 'disk');
    beforeEach(async function () {
      requireRoot(this);
      await execa('mkdir', ['-p', disk]);
      await execa('mount', ['-t', 'ramfs', 'ramfs', disk]);
    });
    afterEach(() => execa('umount', [disk], { reject: false }));

    it('leaves it in memory where the files of that disk are memory', () => {
      const runs = 90;
      const merge = merging(new BacklogFile(join(disk, 'a.db-backlog'), 0), runs);
      equal(merge.memoryBytes, merge.waitingBytes);
      equal(eventsOf(merge.slices(Number.POSITIVE_INFINITY)).length, countOf(runs));
    });
  });

  it('leaves in memory what the disk takes only in part', async () => {
    const runs = 200;
    const module = (name: string) => JSON.stringify(import.meta.resolve(name));
    const script = `
      import { readdirSync, statSync } from 'node:fs';
      import { BacklogFile } from ${module('../../src/probe/backlog-file.js')};
      import { until } from ${module('../lab/until.js')};
      import { addRuns, eventsOf, merging, storedBytes } from ${module('./waiting-runs.js')};
      const merge = merging(new BacklogFile(${JSON.stringify(path)}, 0), 140);
      await until('a block to be written', () => storedBytes(merge) > 0);
      const first = storedBytes(merge);
      addRuns(merge, 140, ${runs});
      const isFull = (fd) => statSync('/proc/self/fd/' + fd, { throwIfNoEntry: false })?.size === ${LIMIT};
      let seen = 0;
      await until('a part of the next one', () => readdirSync('/proc/self/fd').some(isFull) && ++seen === 3);
      const second = storedBytes(merge);
      const times = eventsOf(merge.slices(Number.POSITIVE_INFINITY)).map(({ bootUs }) => bootUs);
      console.log(JSON.stringify([first === second, times.length, times.every((us, index) => us === index + 1)]));`;
    // The second block ends beyond it (setrlimit(2), RLIMIT_FSIZE).
    const limited = [`--fsize=${LIMIT}`, process.execPath, '--input-type=module', '--eval', script];
    const { stdout } = await execa('prlimit', limited);
    deepEqual(JSON.parse(stdout), [true, countOf(runs), true]);
  });

  it('counts as lost what the disk does not give back', () => {
    const words = packed(0);
    const failing = {
      onStored: () => undefined,
      put: () => ({ inMemory: false, take: () => undefined }),
    } as unknown as BacklogFile;
    const merge = new RecordMerge(CONTEXT, 0, failing);
    merge.add(words, true);
    const slices = [...merge.slices(RECORDS + 1)];
    deepEqual(
      slices.flatMap(({ losses }) => losses),
      [{ fromBootUs: 1, toBootUs: RECORDS, cpu: undefined, lost: RECORDS, reason: 'overrun' }],
    );
    equal(eventsOf(slices).length, 0);
  });
});
