import { equal } from 'node:assert/strict';
import { captureFilter } from '../../src/view/capture-filter.js';

describe('the capture filter of a connection', () => {
  const tuple = (localAddr: string, localPort: number, remoteAddr: string, remotePort: number) =>
    ({ family: localAddr.includes(':') ? 6 : 4, localAddr, localPort, remoteAddr, remotePort }) as const;

  it('has both directions', () => {
    equal(
      captureFilter(tuple('10.0.0.1', 40_001, '10.0.0.2', 9_200)),
      'tcp and ((src host 10.0.0.1 and src port 40001 and dst host 10.0.0.2 and dst port 9200) or ' +
        '(dst host 10.0.0.1 and dst port 40001 and src host 10.0.0.2 and src port 9200))',
    );
  });

  it('has the addresses that are on the wire', () => {
    equal(
      captureFilter(tuple('::ffff:10.0.0.1', 80, '::ffff:10.0.0.2', 443)).includes('src host 10.0.0.1 and src port 80'),
      true,
    );
    equal(captureFilter(tuple('fd00::1', 80, 'fd00::2', 443)).includes('dst host fd00::2 and dst port 443'), true);
  });

  it('of a listener has its own end only', () => {
    equal(captureFilter(tuple('0.0.0.0', 80, '0.0.0.0', 0)), 'tcp and ((src port 80) or (dst port 80))');
    equal(
      captureFilter(tuple('::1', 80, '::', 0)),
      'tcp and ((src host ::1 and src port 80) or (dst host ::1 and dst port 80))',
    );
  });
});
