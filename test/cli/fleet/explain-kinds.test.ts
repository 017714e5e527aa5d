/** Every kind of trouble that `explain --all` finds on a host is found on a fleet too, or is one of those that docs/fleet.md lists. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execa } from 'execa';
import { WEIGHT } from '../../../src/explain/troubles/severity.js';
import { requireChdb } from '../../fleet/chdb.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';
import { NOT_ON_FLEETS, NOT_WHERE_COUNTED, troubledHistory, VICTIMS } from './troubled-history.js';

interface Found {
  readonly kind: string;
  readonly count: number;
  readonly hosts: number;
  readonly end: string;
  readonly severity: number;
  readonly sentence: string;
}

describe('the kinds of trouble of a fleet', () => {
  const stage = new Stage();
  let lab: FleetLab;
  let local: readonly Found[];
  before(async function () {
    this.timeout(240_000);
    requireChdb(this);
    lab = await FleetLab.start();
    const directory = await stage.directory();
    const path = await lab.host('web-1', directory, troubledHistory());
    await lab.host('web-2', directory, troubledHistory('without pile'));
    await lab.host('some-1', directory, troubledHistory(), 'failures,slow');
    const { stdout } = await execa(process.execPath, [MAIN, 'explain', '--all', '--json', '-n', '100', '--db', path], {
      env: { TZ: 'UTC' },
    });
    local = lines(stdout);
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const lines = (stdout: string) => stdout.split('\n').map((line) => JSON.parse(line) as Found & { type: string });
  const answers = new Map<string, Promise<readonly Found[]>>();
  async function found(filter: string): Promise<readonly Found[]> {
    const answer = answers.get(filter) ?? ask(filter);
    answers.set(filter, answer);
    return await answer;
  }
  async function ask(filter: string): Promise<readonly Found[]> {
    const args = ['explain', '--all', '--json', '-n', '100', '--fleet', lab.gateway.url(), filter];
    const { stdout, stderr, exitCode } = await execa(process.execPath, [MAIN, ...args], {
      reject: false,
      env: { ...lab.gateway.environment(), TZ: 'UTC' },
    });
    equal(exitCode, 0, stderr);
    return lines(stdout).filter(({ type }) => type === 'fleet-trouble');
  }
  const kindsOf = (troubles: readonly Found[]) => [...new Set(troubles.map(({ kind }) => kind))].sort();

  it('are those of one host, but for the ones that need what is not sent', async () => {
    const every = Object.keys(WEIGHT).sort();
    deepEqual(
      kindsOf(local),
      every.filter((kind) => !NOT_ON_FLEETS.has(kind)),
      'the history has every kind',
    );
    deepEqual(kindsOf(await found('machine web-1')), kindsOf(local));
  });

  it('count as on the host', async () => {
    const fleet = await found('machine web-1');
    for (const kind of kindsOf(local)) {
      const sum = (of: readonly Found[]) =>
        of.filter((each) => each.kind === kind).reduce((n, { count }) => n + count, 0);
      // Those that a restart made fail are among the refused ones too.
      equal(sum(fleet), sum(local) + (kind === 'refused' ? VICTIMS : 0), kind);
    }
  });

  it('are grouped over hosts', async () => {
    const one = (await found('machine web-1')).filter(({ kind }) => kind !== 'TIME-WAIT pile-up');
    const both = (await found('machine web-*')).filter(({ kind }) => kind !== 'TIME-WAIT pile-up');
    deepEqual(
      both.map(({ kind, end, hosts }) => [kind, end, hosts]).sort(),
      one.map(({ kind, end }) => [kind, end, 2]).sort(),
    );
    for (const { kind, count, end } of both)
      equal(count, 2 * (one.find((each) => each.kind === kind && each.end === end)?.count ?? 0), `${kind} ${end}`);
  });

  it('are found where ordinary short connections are counted, but for the ones that are made of these', async () => {
    const some = kindsOf(await found('machine some-1'));
    deepEqual(
      some,
      kindsOf(local).filter((kind) => !NOT_WHERE_COUNTED.has(kind)),
    );
  });

  it('have a sentence and an example each', async () => {
    for (const { kind, sentence, ...rest } of await found('machine web-*')) {
      match(sentence, /^[A-Z0-9].*[.?]$/, kind);
      ok((rest as unknown as { example: unknown }).example !== undefined, kind);
    }
  });

  it('take a filter', async () => {
    deepEqual(kindsOf(await found('machine web-2 and sport = :80')), ['accept queue full', 'never accepted']);
  });
});
