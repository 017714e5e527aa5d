import { equal } from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { cgroup2Mount } from '../../src/sys/cgroup.js';
import { systemLookups } from '../../src/sys/system-lookups.js';

describe('names looked up on this host', () => {
  const { cgroupPath, interfaceIndex } = systemLookups();

  it('are interfaces by name, and by their index as ss prints one without a name', () => {
    equal(interfaceIndex('lo'), 1);
    equal(interfaceIndex('if1'), 1);
    equal(interfaceIndex('if4000000'), 4_000_000);
    for (const name of ['if0', 'if', 'if01', 'if+1', 'if1x', 'nosuch']) equal(interfaceIndex(name), undefined, name);
  });

  describe('are paths of cgroups', () => {
    const directoryBefore = process.cwd();
    const name = `sstory-lookups-${process.pid}`;
    let mount: string;
    before(function () {
      const found = cgroup2Mount();
      if (found === undefined || process.getuid?.() !== 0) return this.skip();
      mount = found;
      mkdirSync(join(mount, name, 'inner'), { recursive: true });
    });
    after(() => {
      process.chdir(directoryBefore);
      if (mount === undefined) return;
      for (const path of [join(mount, name, 'inner'), join(mount, name)]) rmdirSync(path);
    });

    it('from the root of the hierarchy, wherever the working directory is', () => {
      process.chdir('/');
      for (const path of [`/${name}`, name, join(mount, name)]) equal(cgroupPath(path), `/${name}`, path);
      equal(cgroupPath('inner'), undefined);
    });

    it('from the working directory where that is in the hierarchy, as for ss', () => {
      process.chdir(join(mount, name));
      equal(cgroupPath('.'), `/${name}`);
      equal(cgroupPath('inner'), `/${name}/inner`);
      equal(cgroupPath('./inner/'), `/${name}/inner`);
      equal(cgroupPath(`../${name}`), `/${name}`);
      equal(cgroupPath(`/${name}`), `/${name}`);
      equal(cgroupPath('nosuch'), undefined);
    });
  });
});
