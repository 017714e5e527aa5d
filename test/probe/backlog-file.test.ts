import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { BacklogFile } from '../../src/probe/backlog-file.js';
import { packRun } from '../../src/probe/packed-run.js';
import { RecordMerge, type Slice } from '../../src/probe/record-merge.js';
import { requireDisk, requireRoot } from '../lab/privileges.js';
import { until } from '../lab/until.js';
import { recordAt, wordsOf } from './made-records.js';

const CONTEXT = { resetReason: () => undefined };
const RECORDS = 4_000;
const NEARLY_A_BLOCK = 4_000_000;

/** Not where files may be memory. */
const directory = mkdtempSync(join(import.meta.dirname, 'backlog-'));
const path = join(directory, 'a.db-backlog');

/** Records a microsecond apart whose sockets differ, so that they take about as much when they are packed. */
function packed(index: number): Uint32Array<ArrayBuffer> {
  const at = (us: number) => ({ ...recordAt(us * 1_000), address: BigInt(us) * 0x9e37_79b9_7f4an });
  return packRun(wordsOf(...Array.from({ length: RECORDS }, (_, us) => at(index * RECORDS + us + 1))));
}

/** The open files without a name that lie in the directory. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((target) => target.startsWith(directory));
}

function merging(file: BacklogFile, runs: number) {
  const merge = new RecordMerge(CONTEXT, 0, file);
  for (let index = 0; index < runs; index++) merge.add(packed(index), true);
  return merge;
}

const eventsOf = (slices: Iterable<Slice>) => [...slices].flatMap(({ events }) => events);
const countOf = (runs: number) => runs * RECORDS;

describe('the file of what waits behind a burst', () => {
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('takes it off the memory, gives it back in order, and is closed when all was taken', async function () {
    requireDisk(this, directory);
    const runs = 200;
    const merge = new RecordMerge(CONTEXT, 0, new BacklogFile(path, 0));
    const addTo = (end: number, first = 0) => {
      for (let index = first; index < end; index++) merge.add(packed(index), true);
    };
    const stored = () => merge.waitingBytes - merge.memoryBytes;
    addTo(140);
    await until('a block to be written', () => stored() > NEARLY_A_BLOCK);
    addTo(runs, 140);
    await until('the next one to be written', () => stored() > 2 * NEARLY_A_BLOCK);
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
