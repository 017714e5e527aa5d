import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import type { NameRecord } from '../../src/model/name.js';
import { parseHosts } from '../../src/names/hosts-file.js';
import { HostsWatch, hostsPathOf } from '../../src/names/hosts-watch.js';

describe('a hosts file', () => {
  it('gives each name and alias of each address', () => {
    const text =
      '127.0.0.1\tlocalhost  me # comment\n\n::1 localhost ip6-localhost\n192.0.2.1 Kafka.TEST. # x\r\nfe80::1%lo0 link\n';
    deepEqual(
      parseHosts(text).map(({ address, name }) => `${address} ${name}`),
      [
        '127.0.0.1 localhost',
        '127.0.0.1 me',
        '::1 localhost',
        '::1 ip6-localhost',
        '192.0.2.1 kafka.test',
        'fe80::1 link',
      ],
    );
  });

  it('leaves out what names nothing', () => {
    deepEqual(
      parseHosts('0.0.0.0 ads.test\n:: ads.test\nkafka.test\n192.0.2.300 a\n192.0.2.1\n192.0.2.2 a\x1b[2Jb\n'),
      [],
    );
  });

  it('writes IPv6 addresses as they are stored', () => {
    deepEqual(parseHosts('2001:DB8:0:0::1 a')[0]?.address, '2001:db8::1');
  });

  it('never throws, and gives 10,000 pairs at most', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseHosts(text)));
    equal(parseHosts(Array.from({ length: 20_000 }, (_, i) => `192.0.2.1 h${i}`).join('\n')).length, 10_000);
  });
});

/** Files that a test writes. */
class FakeFiles {
  private readonly files = new Map<
    string,
    { readonly text: string; readonly version: string; readonly changedUs: number }
  >();

  write(path: string, text: string, changedUs: number): void {
    this.files.set(path, { text, version: `${path} ${changedUs}`, changedUs });
  }

  remove(path: string): void {
    this.files.delete(path);
  }

  version(path: string) {
    return this.files.get(path);
  }

  read(path: string): string {
    return this.files.get(path)?.text ?? '';
  }
}

const HERE = { netns: 1, path: '/proc/self/ns/net' };
const THERE = { netns: 2, path: '/proc/42/ns/net' };

function linesOf(records: readonly NameRecord[]): string[] {
  return records.map(({ netns, name, address, fromUs, toUs, ended = '' }) =>
    `${netns} ${name} ${address} ${fromUs}-${toUs ?? ''} ${ended}`.trim(),
  );
}

describe('watching hosts files', () => {
  it('emits what the file has first, then what changes, at the time of the file where it lies between two reads', () => {
    const files = new FakeFiles();
    const watch = new HostsWatch(files);
    files.write('/etc/hosts', '192.0.2.1 a', 50);
    watch.follow([HERE], 100);
    deepEqual(linesOf(watch.look(90, 100)), ['1 a 192.0.2.1 100-']);
    deepEqual(linesOf(watch.look(100, 200)), []);
    files.write('/etc/hosts', '192.0.2.2 a\n192.0.2.1 b', 250);
    deepEqual(linesOf(watch.look(200, 300)), [
      '1 a 192.0.2.2 250-',
      '1 b 192.0.2.1 250-',
      '1 a 192.0.2.1 100-250 removed',
    ]);
  });

  it('takes the time of the look for a file that was put in place of another', () => {
    const files = new FakeFiles();
    const watch = new HostsWatch(files);
    files.write('/etc/hosts', '', 50);
    watch.follow([HERE], 100);
    watch.look(90, 100);
    files.write('/etc/hosts', '192.0.2.1 a', 20);
    deepEqual(linesOf(watch.look(100, 200)), ['1 a 192.0.2.1 200-']);
  });

  it('keeps what stood in a file whose process is gone, until the namespace has another', () => {
    const files = new FakeFiles();
    const watch = new HostsWatch(files);
    files.write('/proc/42/root/etc/hosts', '192.0.2.1 a', 50);
    watch.follow([THERE], 100);
    watch.look(90, 100);
    files.remove('/proc/42/root/etc/hosts');
    deepEqual(linesOf(watch.look(100, 200)), []);
    equal(watch.takeStale(), true);
    files.write('/proc/43/root/etc/hosts', '192.0.2.1 a', 60);
    watch.follow([{ netns: 2, path: '/proc/43/ns/net' }], 250);
    deepEqual(linesOf(watch.look(200, 300)), []);
  });

  it('ends what stood in a file that is gone for good', () => {
    const files = new FakeFiles();
    const watch = new HostsWatch(files);
    files.write('/etc/hosts', '192.0.2.1 a', 50);
    watch.follow([HERE], 100);
    watch.look(90, 100);
    files.remove('/etc/hosts');
    watch.look(100, 200);
    deepEqual(linesOf(watch.look(200, 300)), ['1 a 192.0.2.1 100-300 removed']);
  });

  it('ends with the namespace', () => {
    const files = new FakeFiles();
    const watch = new HostsWatch(files);
    files.write('/proc/42/root/etc/hosts', '192.0.2.1 a', 50);
    watch.follow([HERE, THERE], 100);
    watch.look(90, 100);
    deepEqual(linesOf(watch.follow([HERE], 300)), ['2 a 192.0.2.1 100-300']);
  });

  it('reads the file that processes of that namespace see', () => {
    equal(hostsPathOf(HERE), '/etc/hosts');
    equal(hostsPathOf(THERE), '/proc/42/root/etc/hosts');
    equal(hostsPathOf({ netns: 3, path: '/run/netns/nobody-made-this' }), '/etc/hosts');
  });
});
