import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { query, Recorder, requireBpf, Stage, sstory, until } from '../lab/index.js';

const BROKER = '10.4.1.80';

describe('the case that sstory was made for', () => {
  const stage = new Stage();
  let path: string;
  let netns: number;
  let pid: number;
  let stuckAt: number;

  /** A client named java connects to a broker's old address, which drops every SYN, and gives up after two of them. */
  before(async function () {
    requireBpf(this);
    this.timeout(60_000);
    const place = await stage.netns();
    netns = place.inode;
    await place.run('ip', 'address', 'add', `${BROKER}/32`, 'dev', 'lo');
    await place.packets.drop('tcp dport 9200');
    path = join(await stage.directory(), 'kafka.db');
    const recorder = await Recorder.start(path, '--source', 'bpf', '--interval', '200ms');
    const java = await stage.actor('java', place);
    pid = java.pid;
    const socket = await java.socket();
    await java.option(socket, 'syncnt', 1);
    await java.nonBlocking(socket);
    await java.connect(socket, BROKER, 9_200);
    const retransmitted = "SELECT at_us AS at FROM events WHERE kind = 'retransmit' AND detail = 'SYN'";
    stuckAt = (await until('a SYN to be sent again', () => query<{ at: number }>(path, retransmitted)[0])).at;
    await until('the connect to time out', () => {
      return query(path, "SELECT 1 FROM connections WHERE close_reason = 'timed out' AND netns = ?", netns).length > 0;
    });
    await recorder.stop();
  });
  after(() => stage[Symbol.asyncDispose]());

  it('is in the log: java went SYN-SENT, and timed out', async () => {
    const { stdout } = await sstory('log', '--db', path, 'dst', ':9200');
    // A gap is shown whatever the filter: on a busy host one may lie between.
    const lines = stdout.split('\n').filter((line) => line !== '' && !line.endsWith(' --'));
    equal(lines.length, 2, stdout);
    match(lines[0] ?? '', new RegExp(`> ${BROKER}:9200  UNCONN -> SYN-SENT  java\\[${pid}\\]$`));
    match(lines[1] ?? '', new RegExp(`> ${BROKER}:9200  SYN-SENT -> UNCONN  java\\[${pid}\\]  timed out$`));
  });

  it('is in the socket table of that moment, as ss would have shown it', async () => {
    const at = `@${stuckAt / 1e6}`;
    const { stdout, exitCode } = await sstory('-antp', 'state', 'syn-sent', 'dst', ':9200', '--at', at, '--db', path);
    equal(exitCode, 0);
    const [header, line] = stdout.split('\n');
    match(header ?? '', /^Recv-Q +Send-Q +Local Address:Port +Peer Address:Port *Process/);
    match(
      line ?? '',
      new RegExp(`^0 +\\d+ +${BROKER}:\\d+ +${BROKER}:9200 +users:\\(\\("java",pid=${pid},fd=3\\)\\) age:`),
    );
  });

  it('is gone from the table of the end', async () => {
    const { stdout } = await sstory('ss', '-antpH', 'dst', ':9200', '--at', 'end', '--db', path);
    equal(stdout, '');
  });

  it('is an SQL question', () => {
    const rows = query(
      path,
      `SELECT comm, remote_addr, remote_port, close_reason,
         retransmits = (SELECT count(*) FROM events e WHERE e.connection_id = c.id AND e.detail = 'SYN') AS all_syns
       FROM connections c WHERE origin = 'connect' AND close_reason <> 'orderly' AND netns = ?`,
      netns,
    );
    deepEqual(rows, [
      { comm: 'java', remote_addr: BROKER, remote_port: 9_200, close_reason: 'timed out', all_syns: 1 },
    ]);
  });
});
