import { deepEqual, equal } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { packSteps, stepsOfText } from '../../src/model/packed-steps.js';
import {
  CLOSE_REASONS,
  closeReasonOfCode,
  codeOfCloseReason,
  codeOfOrigin,
  codeOfSource,
  fileCodeOfSource,
  ORIGINS,
  originOfCode,
  SOURCES,
  sourceOfCode,
  sourceOfFileCode,
} from '../../src/model/stored-codes.js';
import { codeOfState, stateOfCode, TCP_STATES } from '../../src/model/tcp-state.js';

const PROTO = fileURLToPath(new URL('../../../proto/sstory.proto', import.meta.url));

/** As existing databases and files have them. */
const ON_DISK = {
  state: {
    ESTAB: 1,
    'SYN-SENT': 2,
    'SYN-RECV': 3,
    'FIN-WAIT-1': 4,
    'FIN-WAIT-2': 5,
    'TIME-WAIT': 6,
    UNCONN: 7,
    'CLOSE-WAIT': 8,
    'LAST-ACK': 9,
    LISTEN: 10,
    CLOSING: 11,
    'NEW-SYN-RECV': 12,
  },
  origin: { unknown: 0, connect: 1, accept: 2, listen: 3, 'before-recording': 4 },
  closeReason: {
    unknown: 0,
    orderly: 1,
    'reset by peer': 2,
    refused: 3,
    'timed out': 4,
    unreachable: 5,
    aborted: 6,
    destroyed: 7,
    failed: 8,
  },
  source: { probe: 0, snapshot: 1, timer: 2 },
};

describe('the codes that are stored', () => {
  it('never change', () => {
    const codes = <Name extends string>(names: readonly Name[], codeOf: (name: Name) => number) =>
      Object.fromEntries(names.map((name) => [name, codeOf(name)]));
    deepEqual(codes(TCP_STATES, codeOfState), ON_DISK.state);
    deepEqual(codes(ORIGINS, codeOfOrigin), ON_DISK.origin);
    deepEqual(codes(CLOSE_REASONS, codeOfCloseReason), ON_DISK.closeReason);
    deepEqual(codes(SOURCES, codeOfSource), ON_DISK.source);
  });

  it('are read back as they were written, and other codes are undefined', () => {
    for (const state of TCP_STATES) equal(stateOfCode(codeOfState(state)), state);
    for (const origin of ORIGINS) equal(originOfCode(codeOfOrigin(origin)), origin);
    for (const reason of CLOSE_REASONS) equal(closeReasonOfCode(codeOfCloseReason(reason)), reason);
    for (const source of SOURCES) {
      equal(sourceOfCode(codeOfSource(source)), source);
      equal(sourceOfFileCode(fileCodeOfSource(source)), source);
    }
    deepEqual(
      [stateOfCode(0), originOfCode(5), closeReasonOfCode(9), sourceOfCode(3), sourceOfFileCode(0)],
      [undefined, undefined, undefined, undefined, undefined],
    );
  });

  describe('in recording files', () => {
    /** The numbers of the schema, without that of a field that is not set. */
    const numbersOf = (name: string) => {
      const { values } = protobuf.loadSync(PROTO).lookupEnum(name);
      return Object.values(values)
        .filter((code) => name === 'Origin' || name === 'CloseReason' || code !== 0)
        .toSorted((a, b) => a - b);
    };

    it('are those of the schema', () => {
      deepEqual(numbersOf('State'), Object.values(ON_DISK.state));
      deepEqual(numbersOf('Origin'), Object.values(ON_DISK.origin));
      deepEqual(numbersOf('CloseReason'), Object.values(ON_DISK.closeReason));
      deepEqual(numbersOf('Source'), SOURCES.map(fileCodeOfSource));
    });

    it('have the names of the schema', () => {
      const proto = protobuf.loadSync(PROTO);
      const words = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
      /** Names in an enum are global in protobuf: some contain the name of their enum, and one is another word. */
      const renamed: Readonly<Record<string, string>> = {
        originunknown: 'unknown',
        closeunknown: 'unknown',
        listening: 'listen',
      };
      const check = (enumName: string, nameOf: (code: number) => string | undefined) => {
        for (const [name, code] of Object.entries(proto.lookupEnum(enumName).values)) {
          if (name.endsWith('UNSPECIFIED')) continue;
          equal(renamed[words(name)] ?? words(name), words(nameOf(code) ?? ''), `${enumName}.${name}`);
        }
      };
      check('State', stateOfCode);
      check('Origin', originOfCode);
      check('CloseReason', closeReasonOfCode);
      check('Source', sourceOfFileCode);
    });
  });
});

describe('the layout of a step in `path`', () => {
  it('is delay, source, old state and new state from the left, and never changes', () => {
    const text = '[114,[1024289,500]]';
    const steps = stepsOfText(5_000_000, text);
    deepEqual(steps, [
      { atUs: 5_000_000, notBeforeUs: undefined, oldState: 'UNCONN', newState: 'SYN-SENT', source: 'probe' },
      { atUs: 5_001_000, notBeforeUs: 5_000_500, oldState: 'SYN-SENT', newState: 'ESTAB', source: 'snapshot' },
    ]);
    equal(packSteps(5_000_000, steps).text(), text);
  });
});
