/** Forty hosts with a page over them: on one of them the case that sstory was made for. */
import type { Connection } from '../../../src/model/connection.js';
import type { NameRecord } from '../../../src/model/name.js';
import { connectionOf, usAt, type Written } from '../../lab/history.js';
import { Served } from '../../lab/served.js';
import type { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

export const HOSTS = 40;
/** The host whose `java` keeps the address that kafka.test does not have any more. */
export const STALE_HOST = 'web-07';
/** The connect of it that is not answered. */
export const STALE_ID = 900;
/** Its history has a gap from 60 to 64 s, and a connection from before its recorder. */
export const GAP_HOST = 'web-11';
/** Its history was sent up to 40 s, the others' up to 100 s. */
export const BEHIND_HOST = 'db-03';
/** On all of these, connects to 10.9.9.9:5432 are refused. */
export const REFUSED_HOSTS = ['db-00', 'db-01', 'db-02', 'db-03', 'db-04'];

const OLD = '10.4.1.80';
const NEW = '10.4.1.81';

/** Ordinary connections of a host. */
function calm(seed: number): Connection[] {
  return Array.from({ length: 20 }, (_, index) => {
    const at = 2 + index * 4 + (seed % 4);
    return connectionOf(
      10 + index,
      [
        [at, 'SYN-SENT'],
        [at + 0.002, 'ESTAB'],
        [at + 3, 'FIN-WAIT-1'],
        [at + 3.01, 'UNCONN'],
      ],
      { comm: index % 2 === 0 ? 'nginx' : 'curl', pid: 100 + (index % 2) },
    );
  });
}

const to = (remoteAddr: string, remotePort: number, localPort: number) =>
  ({ family: 4, localAddr: '10.4.1.9', localPort, remoteAddr, remotePort }) as const;

const refused = (id: number, atS: number) =>
  connectionOf(
    id,
    [
      [atS, 'SYN-SENT'],
      [atS + 0.001, 'UNCONN'],
    ],
    { closeReason: 'refused', comm: 'psql', tuple: to('10.9.9.9', 5_432, 45_000 + id) },
  );

/** The broker moved at 30 s; java connects to its old address at 50 s, and another process to the new one. */
function staleName(): Written {
  const names: NameRecord[] = [
    { name: 'kafka.test', address: OLD, fromUs: usAt(5), toUs: usAt(30), source: 'dns', netns: 1, ended: 'replaced' },
    { name: 'kafka.test', address: NEW, fromUs: usAt(30), toUs: usAt(400), source: 'dns', netns: 1, ended: undefined },
  ];
  return {
    connections: [
      ...calm(7),
      connectionOf(
        899,
        [
          [6, 'SYN-SENT'],
          [6.001, 'ESTAB'],
          [48, 'UNCONN'],
        ],
        { closeReason: 'reset by peer', comm: 'java', pid: 42, tuple: to(OLD, 9_200, 47_000) },
      ),
      connectionOf(STALE_ID, [[50, 'SYN-SENT']], {
        comm: 'java',
        pid: 42,
        retransmits: 5,
        tuple: to(OLD, 9_200, 47_001),
      }),
      connectionOf(
        901,
        [
          [52, 'SYN-SENT'],
          [52.001, 'ESTAB'],
        ],
        { comm: 'console', pid: 43, tuple: to(NEW, 9_200, 47_002) },
      ),
    ],
    events: [51, 53, 57, 65, 81].map((atS) => ({
      ...{ connectionId: STALE_ID, atUs: usAt(atS), kind: 'retransmit' as const, detail: 'SYN' },
    })),
    names,
  };
}

/** Open before the recorder: its first snapshot found it, a tenth of a second after the start. */
const found = connectionOf(
  600,
  [
    [0.1, 'ESTAB', 'snapshot', 'no bound'],
    [90, 'UNCONN'],
  ],
  { origin: 'before-recording' },
);

function written(host: string, index: number): Written {
  if (host === STALE_HOST) return staleName();
  const more = REFUSED_HOSTS.includes(host) ? [refused(500, 20), refused(501, 35)] : [];
  const connections = [...calm(index), ...more];
  if (host === GAP_HOST) return { connections: [...connections, found], gaps: [{ fromUs: usAt(60), toUs: usAt(64) }] };
  if (host === BEHIND_HOST) return { connections: connections.filter(({ openedUs }) => openedUs < usAt(36)), endS: 40 };
  return { connections };
}

/** `web-00` to `web-29`, `db-00` to `db-09`. */
export const HOST_NAMES: readonly string[] = Array.from({ length: HOSTS }, (_, index) =>
  index < 30 ? `web-${`${index}`.padStart(2, '0')}` : `db-${`${index - 30}`.padStart(2, '0')}`,
);

/** Ships them, or some of them. */
export async function shippedFleet(stage: Stage, hosts: readonly string[] = HOST_NAMES): Promise<FleetLab> {
  const lab = await FleetLab.start();
  const directory = await stage.directory();
  for (const host of hosts) await lab.host(host, directory, written(host, HOST_NAMES.indexOf(host)));
  return lab;
}

/** A running `sstory serve --fleet`. */
export async function serveFleet(lab: FleetLab, env: Readonly<Record<string, string>> = {}): Promise<Served> {
  return await Served.startFleet(lab.gateway.url(), { ...lab.gateway.environment(), ...env });
}
