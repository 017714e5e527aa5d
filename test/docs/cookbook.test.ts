import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { usAt } from '../lab/history.js';
import { atLeast } from '../lab/number-assertions.js';
import { Stage } from '../lab/stage.js';
import { answerOfSqlite, type Row, Sstory } from './answers.js';
import { recipe, recipes } from './cookbook.js';
import { writeShop } from './shop.js';

/** The first rows of answers, as far as named: what the made-up history of shop.ts must give. */
const EXPECTED: Readonly<Record<string, readonly Row[]>> = {
  'Who talks most?': [{ comm: 'java', pid: 42, connections: 13, sent: 10_000, received: 20_060 }],
  'Which remote ends get the most?': [
    { remote_addr: '10.0.0.2', remote_port: 9_200, connections: 10, sent: 10_000, received: 20_000, percent: 99.6 },
  ],
  'How fast was a connection': [
    { connection_id: 300, sent_per_s: null },
    { connection_id: 300 },
    { connection_id: 304, sent_per_s: null },
    { connection_id: 304, sent_per_s: 2_000, received_per_s: 50 },
  ],
  'What does `tcplife` show': [{ pid: 42, comm: 'java', local_port: 40_010, tx_kb: 1, rx_kb: 2, ms: 66_000 }],
  'Who connects where': [
    { comm: 'curl', remote_addr: '10.0.0.4', connects: 20 },
    { comm: 'java', remote_addr: '10.0.0.2', connects: 10, first: '2026-11-18 11:06:41' },
  ],
  'Who is connected to': [{ comm: 'python', local_port: 8_080, remote_addr: '10.0.0.3', accepted: 2, still_open: 1 }],
  'Which open connections are the oldest?': [{ id: 202, state: 'CLOSE-WAIT', at_least_s: 80 }],
  'Who makes a new connection': [
    { comm: 'curl', connections: 20, percent_under_1s: 100 },
    { comm: 'java', connections: 10, percent_under_1s: 0 },
  ],
  'How are lifetimes distributed?': [
    { life: '1 under 1 ms', connections: 20, percent_up_to: 54.1 },
    { life: '5 under 10 s', connections: 5, percent_up_to: 67.6 },
    { life: '6 under 100 s', connections: 12, percent_up_to: 100 },
  ],
  'What became of one four-tuple': [
    { id: 1, at: '2026-11-18 11:06:41', old_state: 'UNCONN', new_state: 'SYN-SENT' },
    { old_state: 'SYN-SENT', new_state: 'ESTAB' },
    { new_state: 'FIN-WAIT-1' },
    { new_state: 'FIN-WAIT-2' },
    { new_state: 'TIME-WAIT' },
    { new_state: 'UNCONN', close_reason: 'orderly' },
  ],
  'How long do connects take': [
    { remote_addr: '192.0.2.80', connects: 1, p50_us: 20_000, p90_us: 20_000, p99_us: 20_000 },
    { remote_addr: '10.0.0.2', connects: 10, p50_us: 5_000, p90_us: 9_000, p99_us: 10_000, max_us: 10_000 },
    { remote_addr: '127.0.0.1', connects: 1, p50_us: 100 },
  ],
  'Which connects fail': [
    { remote_addr: '10.0.0.4', connects: 20, refused: 20, percent_failed: 100 },
    { remote_addr: '10.0.0.9', connects: 3, timed_out: 3, given_up: 0, percent_failed: 100 },
    { remote_addr: '10.0.0.8', connects: 1, timed_out: 0, given_up: 1, percent_failed: 100 },
  ],
  'Which peers never answered?': [
    { remote_addr: '10.0.0.9', remote_port: 9_200, connects: 3, syns_sent_again: 9, by: 'java' },
    { remote_addr: '10.0.0.8', remote_port: 443, connects: 1, syns_sent_again: 2, by: 'wget' },
  ],
  'Who is in a reconnect storm?': [
    { comm: 'curl', remote_addr: '10.0.0.4', most_within_10s: 20, up_to: '2026-11-18 11:07:11' },
    { comm: 'java', remote_addr: '10.0.0.2', most_within_10s: 10 },
  ],
  'Does somebody run out of local ports?': [{ remote_addr: '10.0.0.2', most_ports: 10, percent_of_range: 0.04 }],
  'Which handshakes from outside': [
    { local_port: 8_080, remote_addr: '10.0.0.66', unfinished: 1, longest_us: 3_000_000 },
  ],
  'Which destinations are new?': [{ comm: 'updater', remote_addr: '192.0.2.80', connects: 1 }],
  'How many sockets were in each state': [
    { state: 'ESTAB', sockets: 3 },
    { state: 'LISTEN', sockets: 1 },
    { state: 'CLOSE-WAIT', sockets: 1 },
  ],
  'The same with `sockets_at`': [{ state: 'ESTAB', sockets: 3 }],
  'How many connections entered each state': [{ minute: '2026-11-18 11:06:00', state: 'SYN-SENT', entered: 14 }],
  'How many were open at each minute?': [
    { minute: '2026-11-18 11:06:00', most: 14, at_its_end: 12 },
    { minute: '2026-11-18 11:07:00', most: 15, at_its_end: 3 },
    { minute: '2026-11-18 11:08:00', most: 4, at_its_end: 4 },
  ],
  'Who held CLOSE-WAIT longest?': [
    { id: 202, comm: 'python', seconds: 75, still: 1 },
    { id: 201, comm: 'python', seconds: 30, still: 0 },
  ],
  'Which processes leak sockets?': [{ comm: 'python', pid: 50, in_close_wait: 1 }],
  'Whose TIME-WAITs are these?': [{ comm: 'java', remote_addr: '10.0.0.2', time_waits: 10, still: 0 }],
  'How long do connections stay': [{ state: 'SYN-SENT', stays: 37, median_us: 500, longest_us: 7_000_000 }],
  'How many connections did each service': [
    { comm: 'python', local_port: 8_080, most: 3 },
    { comm: null, most: 1 },
  ],
  'Which errors did connections get?': [{ comm: 'curl', errno: 'ECONNREFUSED', connections: 20 }],
  'Where are segments sent again?': [
    { remote_addr: '10.0.0.9', connections: 3, retransmits: 9, per_connection: 3, per_mb: null },
    { remote_addr: '10.0.0.8', connections: 1, retransmits: 2, per_connection: 2, per_mb: null },
    { remote_addr: '10.0.0.2', connections: 10, retransmits: 5, per_connection: 0.5, per_mb: 500 },
  ],
  'When were segments sent again': [{ minute: '2026-11-18 11:06:00', segment: 'SYN', retransmits: 9, connections: 3 }],
  'Who sends resets': [
    { who: 'curl', direction: 'received', resets: 20 },
    { who: 'no connection of this host', direction: 'sent', resets: 1 },
  ],
  "Was a listener's queue": [
    { comm: 'python', local_port: 8_080, most_waiting: 129, backlog: 128, samples_when_full: 1 },
  ],
  'Which peers do not read': [{ comm: 'updater', samples_with_data: 2, most_bytes: 900, over_s: 2 }],
  'What are the round-trip times': [{ remote_addr: '192.0.2.80', samples: 2, p50_us: 20_000, p95_us: 40_000 }],
  'Why do connections end?': [{ comm: null }, { comm: 'curl', close_reason: 'refused', connections: 20, percent: 100 }],
  'Who listens where': [{ pid: 50, comm: 'python', local_addr: '0.0.0.0', local_port: 8_080 }],
  'Which sockets did a process have': [{ pid: 42, comm: 'java', fd: 3, remote_addr: '10.0.0.2' }],
  'Which sockets are held by more': [{ connection_id: 300, processes: 2, holders: 'python[50],python[51]' }],
  'Who had this port before?': [{ comm: 'python', pid: 50, state: 'LISTEN', to_time: null }],
  'Who on this host talks': [{ client: 'nginx', server: 'python', port: 8_080, connections: 1 }],
  'Which names are connected to': [
    { destination: '10.0.0.4', connections: 20 },
    { destination: 'search.example', connections: 10, mean_life: '1m6s' },
  ],
  'Who goes on using an address': [
    { comm: 'java', name: 'search.example', old_address: '10.0.0.2', connects_after_it_left: 5, latest_s_after: 4.5 },
    { comm: 'wget', name: 'mirror.example', old_address: '10.0.0.8', connects_after_it_left: 1, latest_s_after: 2 },
  ],
  'What goes to a network': [
    { comm: 'curl', connections: 20 },
    { comm: 'java', connections: 13 },
  ],
  'What does a filter of ss select': [{ comm: 'java', opened: '2026-11-18T11:06:41.000000Z', lived: '1m6s' }],
  'What changed between two moments': [{ now: 'gone', before: 'TIME-WAIT', comm: 'java' }],
  'How complete is the history?': [{ scope: 'transitions', reason: 'sequence', gaps: 1, lost: 3, seconds: 2 }],
  'Which answers touch a gap?': [{ id: 1, comm: 'java', reason: 'sequence' }],
  'What share of the transitions': [{ source: 'probe', inferred: 0, percent: 100 }],
};

describe('the cookbook', () => {
  const stage = new Stage();
  let path: string;
  let sstory: Sstory;

  before(async () => {
    path = join(await stage.directory(), 'shop.db');
    writeShop(path);
    sstory = new Sstory(path);
  });
  after(async () => {
    sstory[Symbol.dispose]();
    await stage[Symbol.asyncDispose]();
  });

  it('has at least 25 questions', () => atLeast(recipes().length, 25, 'questions'));

  it('has every question whose answer is expected here', () => {
    for (const start of Object.keys(EXPECTED)) recipe(start);
  });

  for (const { question, query, sstoryOnly } of recipes()) {
    it(`answers: ${question}`, async () => {
      const rows = await sstory.rows(query, usAt(200));
      if (!sstoryOnly) deepEqual(await answerOfSqlite(path, query), rows, 'the stock sqlite3 answers something else');
      const expected = Object.entries(EXPECTED).find(([start]) => question.startsWith(start))?.[1] ?? [];
      const seen = expected.map((wanted, i) =>
        Object.fromEntries(Object.keys(wanted).map((key) => [key, rows[i]?.[key]])),
      );
      deepEqual(seen, expected);
    });
  }
});
