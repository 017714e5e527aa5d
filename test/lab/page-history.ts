/** A small history for tests of the page: a connect that timed out, one that works, a leak, and texts that would harm a page. */
import type { Connection } from '../../src/model/connection.js';
import { connectionOf, sampleOf, usAt, writeHistory } from './history.js';

/** A process that calls itself this is text, and nothing else. */
export const HOSTILE_PROCESS = '<img src=x onerror="window.harmed=1">';

/** The timed out connect of it. */
export const STUCK_ID = 1;
export const HOSTILE_ID = 4;

const MANY = 40;

/** Writes it: 100 seconds, ended. */
export function writePageHistory(path: string): void {
  const to = (remoteAddr: string, remotePort: number, localPort: number) =>
    ({ family: 4, localAddr: '10.0.0.1', localPort, remoteAddr, remotePort }) as const;
  const many = Array.from({ length: MANY }, (_, index): Connection => {
    const at = 20 + index;
    return connectionOf(
      10 + index,
      [
        [at, 'SYN-SENT'],
        [at + 0.001, 'ESTAB'],
        [at + 5, 'FIN-WAIT-1'],
        [at + 5.01, 'UNCONN'],
      ],
      { comm: index % 2 === 0 ? 'nginx' : 'curl', pid: 100 + (index % 2), tuple: to('10.0.0.3', 443, 41_000 + index) },
    );
  });
  writeHistory(path, {
    connections: [
      connectionOf(
        STUCK_ID,
        [
          [10, 'SYN-SENT'],
          [17, 'UNCONN'],
        ],
        { closeReason: 'timed out', retransmits: 3 },
      ),
      connectionOf(
        2,
        [
          [5, 'SYN-SENT'],
          [5.002, 'ESTAB'],
        ],
        { comm: 'console', pid: 43 },
      ),
      connectionOf(
        3,
        [
          [6, 'SYN-SENT'],
          [6.001, 'ESTAB'],
          [8, 'CLOSE-WAIT'],
        ],
        { comm: 'leaky', pid: 44 },
      ),
      connectionOf(
        HOSTILE_ID,
        [
          [30, 'SYN-SENT'],
          [30.5, 'UNCONN'],
        ],
        {
          comm: HOSTILE_PROCESS,
          pid: 45,
          closeReason: 'refused',
          tuple: to('10.0.0.4', 80, 42_000),
        },
      ),
      ...many,
    ],
    events: [11, 13, 16].map((atS) => ({
      connectionId: STUCK_ID,
      atUs: usAt(atS),
      kind: 'retransmit' as const,
      detail: 'SYN',
    })),
    samples: [6, 20, 40, 60, 80].map((atS) => sampleOf(2, usAt(atS), { sendQ: atS * 10, cwnd: 10, rttUs: atS * 100 })),
    gaps: [{ fromUs: usAt(70), toUs: usAt(72) }],
  });
}
