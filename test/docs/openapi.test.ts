import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { OPENAPI_FILE, openApiText } from '../../scripts/openapi.js';
import { openForWriting } from '../../src/store/database.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { batchOf, connectionOf, sampleOf, usAt, writeHistory } from '../lab/history.js';
import { Served } from '../lab/served.js';
import { ServerEvents } from '../lab/server-events.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

interface Operation {
  readonly responses: { readonly 200: { readonly content: Readonly<Record<string, { readonly schema: object }>> } };
  readonly parameters?: readonly { readonly name: string }[];
}

interface OpenApi {
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>;
}

describe('the OpenAPI document', () => {
  const stage = new Stage();
  const document = JSON.parse(openApiText()) as OpenApi;
  const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema({ $id: 'openapi', ...document });
  let db: string;
  let served: Served;
  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(
          1,
          [
            [1, 'SYN-SENT'],
            [2, 'ESTAB', 'snapshot', 1.5],
            [20, 'UNCONN'],
          ],
          { closeReason: 'reset by peer' },
        ),
        connectionOf(2, [[5, 'SYN-SENT']], { pid: undefined, comm: undefined }),
        connectionOf(
          3,
          [
            [30, 'SYN-RECV'],
            [30.001, 'ESTAB'],
            [40, 'CLOSE-WAIT'],
          ],
          { origin: 'accept', comm: 'nginx' },
        ),
      ],
      samples: [sampleOf(1, usAt(10))],
      events: [{ connectionId: 1, atUs: usAt(2), kind: 'retransmit', detail: 'SYN' }],
      gaps: [{ fromUs: usAt(50), toUs: usAt(55) }],
    });
    served = stage.use(await Served.start(db));
  });
  after(() => stage[Symbol.asyncDispose]());

  /** A value fits the answer of a path. */
  const check = (path: string, value: unknown, method: 'get' | 'post' = 'get', media = 'application/json') => {
    const pointer = [path, method, 'responses', '200', 'content', media, 'schema'].map(escaped).join('/');
    const validate = ajv.getSchema(`openapi#/paths/${pointer}`);
    ok(validate !== undefined, `${path} has no schema`);
    ok(validate(value), `${path}: ${ajv.errorsText(validate.errors)}`);
  };

  it('is up to date: npm run openapi writes it', () => {
    ok(readFileSync(OPENAPI_FILE, 'utf8') === openApiText(), 'docs/openapi.json is out of date');
  });

  it('is valid', async () => {
    deepEqual(await new Validator().validate(JSON.parse(openApiText())), { valid: true });
  });

  it('is what the server answers', async () => {
    deepEqual(await served.json('/api/openapi.json'), document);
  });

  const requests = {
    '/api/info': [''],
    '/api/overview': ['', '?buckets=7', '?filter=state+estab'],
    '/api/timeline': [
      '',
      '?group=process',
      '?group=port&within=to+9200',
      '?sort=peer&limit=1&offset=1',
      '?from=end-5s',
    ],
    '/api/ss': ['', `?at=${usAt(15)}&text=1`],
    '/api/diff': ['?first=start&second=end'],
    '/api/log': ['', '?limit=1'],
    '/api/complete': ['', '?filter=dst+&caret=4', '?filter=state+syn', '?filter=ja'],
    '/api/schema': [''],
  } as const;
  for (const [path, queries] of Object.entries(requests)) {
    it(`describes the answers of ${path}`, async () => {
      for (const query of queries) check(path, await served.json(path + query));
    });
  }

  it('describes a connection', async () => {
    for (const id of [1, 2, 3]) check('/api/connection/{id}', await served.json(`/api/connection/${id}`));
  });

  it('describes the lines of SQL', async () => {
    for (const sql of ['SELECT id, comm, 1 << 60, 1.5, NULL FROM connections', 'SELEC']) {
      const lines = await served.lines('/api/sql', { method: 'POST', body: JSON.stringify({ sql }) });
      for (const line of lines) check('/api/sql', line, 'post', 'application/x-ndjson');
    }
  });

  it('describes each line of explain: troubles, an explanation, the end, and why it failed', async () => {
    const kinds = new Set<unknown>();
    for (const query of ['', '?id=1', '?id=2&tz=Asia/Tokyo', '?filter=dst+10.0.0.2', '?id=99']) {
      for (const line of await served.lines(`/api/explain${query}`)) {
        check('/api/explain', line, 'get', 'application/x-ndjson');
        kinds.add(line['type'] ?? Object.keys(line)[0]);
      }
    }
    deepEqual([...kinds].sort(), ['end', 'error', 'explanation', 'trouble']);
    const [trouble] = await served.lines('/api/explain');
    for (const wrong of [{ ...trouble, text: [1] }, { ...trouble, severity: 'high' }, { type: 'trouble' }])
      throws(() => check('/api/explain', wrong, 'get', 'application/x-ndjson'));
  });

  it('describes each event of the stream', async () => {
    const events = new ServerEvents(await served.open('/api/stream'));
    await until('the beginning of the stream', () => events.hasBegun);
    const database = openForWriting(db);
    const writer = new HistoryWriter(database);
    const write = (first: number, count: number, gaps: Parameters<typeof batchOf>[0]['gaps'] = []) => {
      const connections = Array.from({ length: count }, (_, at) => connectionOf(first + at, [[60, 'SYN-SENT']]));
      writer.write(batchOf({ connections, gaps, throughUs: usAt(61) }), usAt(61));
    };
    write(100, 2, [{ fromUs: usAt(57), toUs: usAt(58) }]);
    await until('a gap and a tick', () => events.of('gap').length > 0 && events.of('tick').length > 0);
    // More than one batch can have.
    write(200, 1_000);
    await until('what was missed', () => events.of('missed').length > 0);
    for (const event of events.all) check('/api/stream', event, 'get', 'text/event-stream');
    deepEqual([...new Set(events.all.map(({ event }) => event))].sort(), ['gap', 'missed', 'tick', 'transition']);
    throws(() => check('/api/stream', { event: 'tick', data: {} }, 'get', 'text/event-stream'));
    events.close();
    database.close();
  });

  it('describes failures', async () => {
    const validate = ajv.getSchema('openapi#/components/schemas/Failure');
    for (const path of ['/api/info?', '/api/timeline?filter=x+y', '/api/connection/9', '/api/nothing']) {
      const { status, body } = await served.get(path, { anonymous: path === '/api/info?' });
      ok(status >= 400);
      ok(validate?.(JSON.parse(body)) === true, body);
    }
  });

  it('has every request that the server answers, and no other', async () => {
    for (const [path, { post }] of Object.entries(document.paths)) {
      const at = path.replace('{id}', '1').replace(/diff$/, 'diff?first=start&second=end');
      const response = await served.open(at, post === undefined ? {} : { method: 'POST', body: '{"sql":"SELECT 1"}' });
      response.destroy();
      // Over a fleet only: test/cli/fleet/serve.test.ts asks it.
      equal(response.statusCode, path === '/api/basis' ? 400 : 200, path);
    }
  });
});

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
