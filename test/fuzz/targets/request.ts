/** Requests of the page: their rules, their parameters, and the answers of a small history. */
import { ok } from 'node:assert/strict';
import { join } from 'node:path';
import { parseFilter } from '../../../src/filter/parse.js';
import { ANSWERS, isRoute } from '../../../src/server/answers/answers.js';
import { Asked } from '../../../src/server/answers/asked.js';
import { caretIn } from '../../../src/server/complete/caret.js';
import { failedAnswer } from '../../../src/server/failure.js';
import { Guard } from '../../../src/server/http/guard.js';
import { LaneIndexes } from '../../../src/server/lanes/lane-indexes.js';
import { Query } from '../../../src/server/query.js';
import { Remembered } from '../../../src/server/remembered.js';
import { openForReading } from '../../../src/store/database.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { accepted, type FuzzTarget, texts } from '../target.js';

const WORDS = [
  ...['timeline?', 'overview?', 'ss?', 'diff?', 'log?', 'connection?id=1', 'explain?', 'complete?', 'schema?', 'info?'],
  ...['&filter=', '&from=', '&to=', '&at=', '&width=', '&group=', '&within=', '&sort=', '&offset=', '&limit=', '&tz='],
  ...['&columns=', '&format=csv', '&text=1', '&caret=', '&id=', '&first=', '&second=', '&buckets=', '&netns='],
  ...[
    'state+syn-sent',
    'dst+10.0.0.2',
    'dport+=+:9200',
    'comm+=+java',
    'and',
    'or',
    '(',
    ')',
    'not',
    '-1h',
    'end',
    'start',
  ],
  ...[`${usAt(5)}`, '%00', '%f0%9f', '+', '&&', '=', '9999999999999999', 'Asia/Tokyo', '__proto__', 'constructor'],
] as const;

const FAILURES = new Set([400, 404]);

/** As a browser would send them: `timeline?filter=...`. */
export function requestTarget(directory: string): FuzzTarget {
  const file = join(directory, 'requests.db');
  writeHistory(file, {
    connections: [
      connectionOf(
        1,
        [
          [1, 'SYN-SENT'],
          [2, 'ESTAB', 'snapshot', 1],
          [20, 'UNCONN'],
        ],
        { closeReason: 'reset by peer' },
      ),
      connectionOf(2, [[5, 'SYN-SENT']]),
    ],
    gaps: [{ fromUs: usAt(50), toUs: usAt(55) }],
  });
  const database = openForReading(file);
  const indexes = new LaneIndexes(database);
  const remembered = new Remembered(database);
  const guard = new Guard({ token: 'token-of-the-fuzz', hosts: ['recorder.test'] });

  const answer = async (route: string, parameters: Record<string, string>) => {
    if (!isRoute(route) || route === 'prepare') return;
    let text = '';
    try {
      const asked = new Asked(database, file, new Query(parameters), remembered);
      await ANSWERS[route](asked, indexes, async (piece) => {
        text += piece;
      });
    } catch (error) {
      if (!FAILURES.has(failedAnswer(error).status)) throw error;
      return;
    }
    if (parameters['format'] !== 'csv') for (const line of text.trim().split('\n')) JSON.parse(line);
  };

  return {
    samples: texts(
      'timeline?filter=dst+10.0.0.2&width=100&sort=peer&offset=1',
      `timeline?group=port&within=to+9200&from=${usAt(0)}&to=${usAt(10)}`,
      'overview?buckets=7&filter=state+syn-sent',
      'ss?at=end-5s&columns=state,local_port&limit=1&text=1',
      'diff?first=start&second=end&format=csv',
      'explain?id=2&tz=Asia/Tokyo',
      'complete?filter=dst+10.&caret=7',
      'log?limit=3&netns=1',
    ),
    words: WORDS,
    async read(input) {
      const text = input.toString('utf8');
      const headers = { host: text, origin: text, site: text, authorization: text };
      ok(!guard.isKnown(headers), 'a token was guessed');
      guard.foreign(headers);
      ok(guard.misdirected(headers) !== undefined || /^[\w.[\]:]+$/i.test(text), `a host that is none: ${text}`);
      const [route = '', query = ''] = text.split('?', 2);
      const parameters = Object.fromEntries(new URLSearchParams(query));
      const filter = parameters['filter'] ?? '';
      caretIn(filter, filter.length);
      // Names would be asked of the host's resolver.
      const parsed = await accepted(['filter-syntax', 'filter-value'], () => parseFilter(filter));
      const netns = parameters['netns'];
      if (JSON.stringify(parsed ?? '').includes('"span"') || (netns !== undefined && !/^\d*$/.test(netns))) return;
      await answer(route, parameters);
    },
  };
}
