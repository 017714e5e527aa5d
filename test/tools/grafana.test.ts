import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerOfSqlite, type Row } from '../docs/answers.js';
import { writeShop } from '../docs/shop.js';
import { usAt } from '../lab/history.js';
import { atLeast, within } from '../lab/number-assertions.js';
import { Stage } from '../lab/stage.js';

const DASHBOARD = fileURLToPath(new URL('../../../docs/grafana-dashboard.json', import.meta.url));

interface Target {
  readonly queryType: 'table' | 'time series';
  readonly queryText: string;
  readonly rawQueryText: string;
  readonly timeColumns: readonly string[];
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly Target[] }[];
  readonly annotations: { readonly list: readonly { readonly name: string; readonly target: Target }[] };
  readonly templating: { readonly list: readonly Variable[] };
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly queryText: string };
}

/** What Grafana makes of a query before the data source gets it, and what the data source (frser-sqlite-datasource) makes of that. */
function replaced(
  query: string,
  window: { fromS: number; toS: number },
  variables: Readonly<Record<string, string>>,
): string {
  const withVariables = query
    .replaceAll('$__from', String(Math.round(usAt(window.fromS) / 1_000)))
    .replaceAll('$__to', String(Math.round(usAt(window.toS) / 1_000)))
    .replaceAll(/\$\{(\w+)(?::sqlstring)?\}/g, (whole, name: string) => variables[name] ?? whole);
  return withVariables.replaceAll(
    /\$__unixEpochGroupSeconds\(([^)]*),\s*(\d+)\)/g,
    (_, expression: string, seconds: string) => `cast((${expression} / ${seconds}) as int) * ${seconds}`,
  );
}

describe("Grafana's dashboard", () => {
  const dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as Dashboard;
  const stage = new Stage();
  let path: string;
  before(async () => {
    path = join(await stage.directory(), 'shop.db');
    writeShop(path);
  });
  after(() => stage[Symbol.asyncDispose]());

  const ask = async (target: Target, variables: Readonly<Record<string, string>> = {}): Promise<Row[]> => {
    const all = {
      comm: "'java','curl','python','nginx','updater','?'",
      remote_port: '0',
      interval_s: '60',
      ...variables,
    };
    const query = replaced(target.queryText, { fromS: 0, toS: 100 }, all);
    ok(!query.includes('$'), `something is left to replace: ${query}`);
    return answerOfSqlite(path, query);
  };
  const panel = (title: string): Target => {
    const target = dashboard.panels.find((each) => each.title === title)?.targets[0];
    if (target === undefined) throw new Error(`no panel ${title}`);
    return target;
  };

  for (const { title, targets } of dashboard.panels) {
    it(`has rows, with times as the plugin reads them: ${title}`, async () => {
      for (const target of targets) {
        equal(target.queryText, target.rawQueryText);
        const rows = await ask(target);
        atLeast(rows.length, 1, 'rows');
        for (const row of rows) {
          for (const column of target.timeColumns) {
            within(Number(row[column]), usAt(-60) / 1e6, usAt(100) / 1e6, column);
          }
        }
        if (target.queryType === 'time series') {
          const times = rows.map(({ time }) => Number(time));
          deepEqual(
            times,
            times.toSorted((a, b) => a - b),
            'series are in the order of time',
          );
        }
      }
    });
  }

  it('shows gaps as annotations', async () => {
    const [gaps] = dashboard.annotations.list;
    ok(gaps, 'no annotation of gaps');
    deepEqual(await ask(gaps.target), [
      { time: usAt(61) / 1e6, timeEnd: usAt(63) / 1e6, text: 'gap: sequence, 3 events lost' },
    ]);
  });

  it('has variables whose queries give their values', async () => {
    const values = async (name: string) => {
      const variable = dashboard.templating.list.find((each) => each.name === name);
      if (variable === undefined || typeof variable.query === 'string') throw new Error(`no query of ${name}`);
      return (await answerOfSqlite(path, variable.query.queryText)).map((row) => Object.values(row)[0]);
    };
    deepEqual(await values('comm'), ['?', 'curl', 'java', 'nginx', 'python', 'updater', 'wget']);
    deepEqual(await values('remote_port'), [0, 80, 443, 8_080, 9_200]);
  });

  it('answers for the chosen process, port and interval', async () => {
    const ends = panel('How connects end');
    deepEqual(await ask(ends, { comm: "'java'", interval_s: '3600' }), [
      { time: Math.floor(usAt(0) / 3_600e6) * 3_600, metric: 'connected', value: 10 },
      { time: Math.floor(usAt(0) / 3_600e6) * 3_600, metric: 'timed out', value: 3 },
    ]);
    const refused = await ask(ends, { remote_port: '443' });
    deepEqual(
      refused.map(({ metric, value }) => [metric, value]),
      [['refused', 20]],
    );
  });

  it('counts what was open at each interval', async () => {
    const rows = await ask(panel('Open connections'), { interval_s: '20' });
    deepEqual(
      rows.map(({ open }) => open),
      [12, 13, 13, 3, 4],
    );
  });
});
