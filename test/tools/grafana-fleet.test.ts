import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FleetLab } from '../cli/fleet/fleet-lab.js';
import { chdbDirectory } from '../fleet/chdb.js';
import { connectionOf, usAt } from '../lab/history.js';
import { atLeast, within } from '../lab/number-assertions.js';
import { Stage } from '../lab/stage.js';

const DASHBOARD = fileURLToPath(new URL('../../../docs/grafana-fleet.json', import.meta.url));

interface Target {
  readonly datasource: { readonly type: string };
  readonly editorType: string;
  /** 0: a time series, 1: a table. */
  readonly format: number;
  readonly queryType: string;
  readonly rawSql: string;
}

interface Dashboard {
  readonly panels: readonly { readonly type: string; readonly title: string; readonly targets: readonly Target[] }[];
  readonly annotations: { readonly list: readonly { readonly target: Target }[] };
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

type Row = Readonly<Record<string, unknown>>;

/** What Grafana makes of a query before the data source gets it; macros of the data source are not used. */
function replaced(query: string, variables: Readonly<Record<string, string>>): string {
  const all: Record<string, string> = {
    __from: String(usAt(0) / 1_000),
    __to: String(usAt(100) / 1_000),
    host: "'web','db'",
    remote_port: '0',
    interval_s: '10',
    ...variables,
  };
  return query.replaceAll(/\$\{(\w+)(?::singlequote)?\}/g, (whole, name: string) => all[name] ?? whole);
}

describe("Grafana's dashboard of a fleet", () => {
  const dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as Dashboard;
  const stage = new Stage();
  let lab: FleetLab;
  before(async function () {
    if (chdbDirectory() === undefined) return void this.skip();
    lab = await FleetLab.start();
    const [web, db] = [await stage.directory(), await stage.directory()];
    const refused = (id: number, atS: number) =>
      connectionOf(
        id,
        [
          [atS, 'SYN-SENT'],
          [atS + 0.1, 'UNCONN'],
        ],
        { closeReason: 'refused', retransmits: 2 },
      );
    const gaps = [{ fromUs: usAt(40), toUs: usAt(42) }];
    const stuck = connectionOf(9, [[30, 'SYN-SENT']]);
    const endsLater = connectionOf(
      10,
      [
        [90, 'SYN-SENT'],
        [105, 'UNCONN'],
      ],
      { closeReason: 'timed out' },
    );
    const ended = [refused(1, 5), refused(2, 6), refused(3, 55)];
    await lab.host('web', web, { connections: [...ended, stuck, endsLater], gaps, throughUs: usAt(200), endS: 200 });
    await lab.host('db', db, { connections: [refused(1, 7)], throughUs: usAt(30), endS: 30 });
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const ask = async (target: Target, variables: Readonly<Record<string, string>> = {}): Promise<Row[]> => {
    const query = replaced(target.rawSql, variables);
    ok(!query.includes('$'), `something is left to replace: ${query}`);
    return lab.client.rows<Row>({ sql: query });
  };
  const panel = (title: string): Target => {
    const target = dashboard.panels.find((each) => each.title === title)?.targets[0];
    if (target === undefined) throw new Error(`no panel ${title}`);
    return target;
  };

  for (const { title, type, targets } of dashboard.panels) {
    it(`has rows, with times as the plugin reads them: ${title}`, async () => {
      for (const target of targets) {
        equal(target.datasource.type, 'grafana-clickhouse-datasource');
        deepEqual(
          [target.editorType, target.format, target.queryType],
          type === 'timeseries' ? ['sql', 0, 'timeseries'] : ['sql', 1, 'table'],
        );
        const rows = await ask(target);
        atLeast(rows.length, 1, 'rows');
        if (type !== 'timeseries') continue;
        const times = rows.map(({ time }) => Date.parse(`${time}Z`) * 1_000);
        for (const time of times) within(time, usAt(-10), usAt(100), 'time');
        deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
      }
    });
  }

  it('counts the hosts that are complete and behind', async () => {
    deepEqual(await ask(panel('Hosts')), [{ complete: 1, behind: 1 }]);
    const [first, second] = await ask(panel('Shipping: the hosts'));
    deepEqual([first?.['host'], first?.['behind'], second?.['host'], second?.['behind']], ['db', 80, 'web', 0]);
  });

  it('shows the peers that fail, and on how many hosts', async () => {
    const rows = await ask(panel('Peers that fail'));
    deepEqual(
      rows.map(({ peer, port, reason, failures, on_hosts }) => [peer, port, reason, failures, on_hosts]),
      [['10.0.0.2', 9_200, 'refused', 4, 2]],
    );
    deepEqual(await ask(panel('Peers that fail'), { remote_port: '80' }), []);
    deepEqual(
      (await ask(panel('Peers that fail'), { host: "'db'" })).map(({ failures }) => failures),
      [1],
    );
  });

  it('shows what was in SYN-SENT at the end of the range, also what has ended since', async () => {
    const rows = await ask(panel('In SYN-SENT at the end of the range'));
    deepEqual(
      rows.map(({ host, peer, seconds }) => [host, peer, seconds]),
      [
        ['web', '10.0.0.2', 70],
        ['web', '10.0.0.2', 10],
      ],
    );
    deepEqual(
      (await ask(panel('In SYN-SENT at the end of the range'), { __to: String(usAt(110) / 1_000) })).map(
        ({ seconds }) => seconds,
      ),
      [80],
    );
  });

  it('shows gaps, as annotations too', async () => {
    deepEqual(
      (await ask(panel('Gaps'))).map(({ host, reason, lost, seconds }) => [host, reason, lost, seconds]),
      [['web', 'sequence', 3, 2]],
    );
    const [annotation] = dashboard.annotations.list;
    ok(annotation);
    deepEqual(
      (await ask(annotation.target)).map(({ text }) => text),
      ['web: gap: sequence, 3 lost'],
    );
  });

  it('has a variable whose query gives the hosts', async () => {
    const query = dashboard.templating.list.find(({ name }) => name === 'host')?.query ?? '';
    deepEqual(await lab.client.rows({ sql: query }), [{ host: 'db' }, { host: 'web' }]);
  });
});
