/** Each text was printed by ss 6.1 or 7.3 of a dump with these attributes. */
import { equal } from 'node:assert/strict';
import type { MptcpInfo, TlsInfo } from '../../../src/model/ulp-info.js';
import { traitsOf } from '../../../src/view/ss/ss-traits.js';
import { ulpText } from '../../../src/view/ss/ulp-text.js';

const tuple = { family: 4, localAddr: '127.0.0.1', localPort: 80, remoteAddr: '127.0.0.2', remotePort: 9090 } as const;
const [older, newer] = [traitsOf([6, 1]), traitsOf([7, 3])];
const TLS: TlsInfo = { version: 0x304, cipher: 51, sending: 3, receiving: 2, zeroCopy: true, noPadding: true };
const MPTCP: MptcpInfo = {
  flags: 0x1f,
  remoteToken: 0xabcd,
  localToken: 0x1234,
  remoteId: 3,
  localId: 4,
  mapSequence: 0x1122334455667788n,
  mapSubflowSequence: 88,
  sequenceOffset: 99,
  mapLength: 1_000,
};

function tls(info: Partial<TlsInfo>, ss = older): string {
  return ulpText({ state: 'ESTAB', tuple, ulp: 'tls', ulpInfo: { tls: { ...TLS, ...info }, mptcp: undefined } }, ss);
}

function mptcp(info: Partial<MptcpInfo>, ss = older): string {
  return ulpText(
    { state: 'ESTAB', tuple, ulp: 'mptcp', ulpInfo: { tls: undefined, mptcp: { ...MPTCP, ...info } } },
    ss,
  );
}

describe('kTLS', () => {
  const all = ' tcp-ulp-tls version: 1.3 cipher: aes-gcm-128 rxconf: sw txconf: hw zc_ro_tx';

  it('has its version, cipher and configuration', () => {
    equal(tls({}), all);
    equal(tls({}, newer), `${all} no_pad_rx`);
  });

  it('has numbers where ss has no name, but for ciphers', () => {
    equal(
      tls({ version: 0x302, cipher: 54, sending: 5, receiving: 0, zeroCopy: false, noPadding: false }),
      ' tcp-ulp-tls version: unknown(770) rxconf: unknown(0) txconf: unknown(5)',
    );
  });
});

describe('a subflow of MPTCP', () => {
  it('has sequence numbers in hexadecimal, in decimal since 6.15', () => {
    const begin = ' tcp-ulp-mptcp flags:MmJjB token:abcd(id:3)/1234(id:4)';
    equal(mptcp({}), `${begin} seq:1122334455667788 sfseq:58 ssnoff:63 maplen:3e8`);
    equal(mptcp({}, newer), `${begin} seq:1234605616436508552 sfseq:88 ssnoff:99 maplen:1000`);
  });

  it('has tokens of four digits at least, and only with both ids', () => {
    const rest = { flags: 0, mapSequence: undefined, mapSubflowSequence: 0, sequenceOffset: 0, mapLength: 0 };
    equal(
      mptcp({ ...rest, remoteToken: 0, localToken: 0, remoteId: 0, localId: 0 }),
      ' tcp-ulp-mptcp token:0000(id:0)/0000(id:0) sfseq:0 ssnoff:0 maplen:0',
    );
    equal(mptcp({ ...rest, remoteId: undefined }), ' tcp-ulp-mptcp sfseq:0 ssnoff:0 maplen:0');
  });
});
