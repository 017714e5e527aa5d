import { equal, ok } from 'node:assert/strict';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CgroupPaths, cgroup2Mount } from '../../src/sys/cgroup.js';
import { requireRoot } from '../lab/privileges.js';

describe('the paths of cgroups', () => {
  const made: string[] = [];
  const make = (name: string): { path: string; directory: string; id: number } => {
    const path = `/sstory-${process.pid}-${name}`;
    const directory = join(cgroup2Mount() ?? '', path);
    mkdirSync(directory);
    made.push(directory);
    return { path, directory, id: statSync(directory).ino };
  };
  const remove = (directory: string) => {
    rmdirSync(directory);
    made.splice(made.indexOf(directory), 1);
  };

  before(function () {
    requireRoot(this);
    if (cgroup2Mount() === undefined) this.skip();
  });
  after(() => {
    for (const directory of made) rmdirSync(directory);
  });

  it('are found by id, also between two walks of the tree', () => {
    const paths = new CgroupPaths();
    const first = make('first');
    equal(paths.pathOf(first.id, 0), first.path);
    const second = make('second');
    equal(paths.pathOf(second.id, 1), second.path);
    equal(paths.pathOf(statSync(cgroup2Mount() ?? '').ino, 1), '/');
    paths.close();
  });

  it('are remembered after the cgroup is gone', () => {
    const paths = new CgroupPaths();
    const { id, path, directory } = make('short');
    const unseen = make('unseen');
    equal(paths.pathOf(id, 0), path);
    remove(directory);
    remove(unseen.directory);
    equal(paths.pathOf(id, 1), path);
    equal(paths.pathOf(unseen.id, 1), undefined);
    equal(paths.pathOf(unseen.id, 1e9), undefined);
    paths.close();
  });

  it('are found by walks where handles cannot be opened', () => {
    const paths = new CgroupPaths();
    paths.close();
    const first = make('walked');
    equal(paths.pathOf(first.id, 0), first.path);
    const later = make('later');
    equal(paths.pathOf(later.id, 1), undefined);
    ok(paths.pathOf(later.id, 6_000_000) === later.path);
  });
});

describe('the mount of the cgroups of version 2', () => {
  it('is the first that no other mount hides', function () {
    const seen = cgroup2Mount();
    if (seen === undefined) return this.skip();
    const hidden = 'cgroup2 /nonexistent/unified cgroup2 rw 0 0\ncgroup2 /tmp cgroup2 rw 0 0\n';
    equal(cgroup2Mount(hidden), undefined);
    equal(cgroup2Mount(`${hidden}cgroup2 ${seen} cgroup2 rw 0 0\n`), seen);
  });
});
