/**
 * The history against the real ss: a generator makes and ends sockets while ss is called, and the time of each call is noted.
 * What `sstory ss --at` shows of each of these times must be what ss showed.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { requireSs } from '../conformance/real-ss.js';
import type { Actor } from '../lab/actor.js';
import type { Netns } from '../lab/netns.js';
import { atLeast } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { answerOf } from '../lab/ss-answer.js';
import { query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const LOOKS = 20;
const ROUNDS = 60;
const PORT = 8_080;
const LOST_PORT = 9_200;
const LOCAL = '127.0.0.1';
/** How far a clock of the kernel and one of a process may be apart. */
const MARGIN_US = 3_000;

/** What the real ss showed, between two times. */
interface Look {
  readonly fromUs: number;
  readonly toUs: number;
  readonly rows: ReadonlyMap<string, Row>;
}

/** A line of `ss -tanpH`, of the real one or of ours. */
interface Row {
  readonly state: string;
  readonly owners: ReadonlySet<string>;
  /** The history itself marks the state as uncertain, or has a gap here. */
  readonly doubtful: boolean;
}

/** Rows by their ends. */
function rowsOf(text: string): Map<string, Row> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [state = '', , , local, peer] = line.split(/\s+/);
      const owners = new Set([...line.matchAll(/"[^"]*",pid=\d+,fd=\d+/g)].map(([owner]) => owner));
      return [`${local} ${peer}`, { state, owners, doubtful: / ~(uncertain|gap)/.test(line) }];
    }),
  );
}

/** Opens, half-closes, closes, and loses connections, in an order that is the same every time. */
async function generate(client: Actor, server: Actor, listener: number): Promise<void> {
  const open: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const fd = await client.socket();
    await client.connect(fd, LOCAL, PORT);
    open.push([fd, (await server.accept(listener)).fd]);
    if (round % 9 === 4) {
      const lost = await client.socket();
      await client.nonBlocking(lost);
      await client.connect(lost, LOCAL, LOST_PORT);
    }
    const [mine, theirs] = open[0] ?? [0, 0];
    if (round % 4 === 1) await client.shutdown(mine);
    if (open.length < 8) continue;
    open.shift();
    const inOrder = [() => client.close(mine), () => server.close(theirs)];
    for (const end of round % 2 === 0 ? inOrder : inOrder.reverse()) await end();
  }
}

describe('the history, compared with ss at noted times', function () {
  this.timeout(60_000);
  const stage = new Stage();
  let place: Netns;
  let path = '';
  const looks: Look[] = [];

  before(async function () {
    requireBpf(this);
    requireSs(this);
    place = await stage.netns();
    await place.packets.drop(`tcp dport ${LOST_PORT}`);
    path = join(await stage.directory(), 'history.db');
    const client = await stage.actor('client', place);
    const server = await stage.actor('server', place);
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
    const listener = await server.socket();
    await server.option(listener, 'reuseaddr', 1);
    await server.bind(listener, LOCAL, PORT);
    await server.listen(listener, 64);
    const kept = await client.socket();
    await client.connect(kept, LOCAL, PORT);
    await server.accept(listener);
    await client.fork('heir');
    await until('the inherited sockets to be recorded', () => {
      return query(path, "SELECT 1 FROM owners WHERE comm = 'heir'").length > 0;
    });
    let ended = false;
    const generating = generate(client, server, listener).finally(() => {
      ended = true;
    });
    while (!ended || looks.length < LOOKS) looks.push(await look());
    await generating;
    await recorder.stop();
  });
  after(() => stage[Symbol.asyncDispose]());

  async function look(): Promise<Look> {
    const script = 'date +%s%6N; ss -tanpH; date +%s%6N';
    const lines = (await place.run('sh', '-c', script)).split('\n');
    const [fromUs, toUs] = [Number(lines.shift()), Number(lines.pop())];
    return { fromUs, toUs, rows: rowsOf(lines.join('\n')) };
  }

  async function shownAt(us: number): Promise<Map<string, Row>> {
    const at = `@${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`;
    const { code, stdout, stderr } = await answerOf(['-tanpH', '-N', place.name, '--db', path, '--at', at]);
    equal(code, 0, stderr);
    return rowsOf(stdout);
  }

  /** All that the history shows of the time of a look: before it, after each change in it, at its end. */
  async function momentsOf({ fromUs, toUs }: Look): Promise<Map<string, Row>[]> {
    const span = [fromUs - MARGIN_US, toUs + MARGIN_US] as const;
    const changes = query<{ us: number }>(
      path,
      'SELECT DISTINCT at_us AS us FROM transitions WHERE at_us BETWEEN ? AND ?',
      ...span,
    );
    const moments: Map<string, Row>[] = [];
    for (const us of [span[0], ...changes.map((change) => change.us), span[1]]) moments.push(await shownAt(us));
    return moments;
  }

  it('has the same sockets, states and owners', async () => {
    atLeast(looks.length, LOOKS, 'looks');
    let steady = 0;
    for (const look of looks) {
      const moments = await momentsOf(look);
      for (const [ends, row] of look.rows) {
        const shown = moments.flatMap((moment) => moment.get(ends) ?? []);
        ok(
          shown.some(({ state, doubtful }) => doubtful || state === row.state),
          `ss shows ${ends} in ${row.state}, the history ${shown.map(({ state }) => state).join(', ') || 'nothing'}`,
        );
      }
      for (const [ends, { state, owners }] of moments[0] ?? []) {
        const shown = moments.map((moment) => moment.get(ends));
        if (shown.some((each) => each?.state !== state || each.doubtful)) continue;
        const row = look.rows.get(ends);
        equal(row?.state, state, ends);
        // Where no process has a descriptor of a socket, ss shows no owner; the history keeps the last one.
        if (row !== undefined && row.owners.size > 0) {
          deepEqual(owners, row.owners, ends);
          steady++;
        }
      }
    }
    const gaps = JSON.stringify(query(path, 'SELECT * FROM gaps'));
    atLeast(steady, LOOKS + 1, `sockets with owners that did not change during a look, with gaps ${gaps}`);
  });
});
