/** Answers of sock_diag, as the recorder receives them: compared, copied and decoded. */
import fc from 'fast-check';
import { ChangeMemory } from '../../../src/snapshot/change-memory.js';
import { decodeDiagDump, decodeDiagMessages } from '../../../src/snapshot/diag-row.js';
import { findMessages } from '../../../src/snapshot/netlink-messages.js';
import { anyDump } from '../../conformance/any-dump.js';
import {
  done,
  int,
  message,
  NLM_F_DUMP_INTR,
  NLMSG_ERROR,
  SOCK_DIAG_BY_FAMILY,
  socketPayload,
} from '../../snapshot/diag-bytes.js';
import { accepted, type FuzzTarget, readGetters } from '../target.js';

const ERRORS = ['bad-dump', 'sock-diag'];
const SAMPLE_SEED = 4;

export function netlinkTarget(): FuzzTarget {
  const memory = new ChangeMemory();
  return {
    samples: [
      done(),
      done(-2),
      message(NLMSG_ERROR, int(-1)),
      message(SOCK_DIAG_BY_FAMILY, socketPayload({ cookie: 7n }), NLM_F_DUMP_INTR),
      ...fc.sample(anyDump, { numRuns: 10, seed: SAMPLE_SEED }),
    ],
    words: [],
    async read(input) {
      await accepted(ERRORS, () => decodeDiagDump(input));
      for (const row of (await accepted(ERRORS, () => decodeDiagMessages(input))) ?? []) readGetters(row);
      const found = await accepted(ERRORS, () => findMessages(input));
      const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
      memory.begin();
      for (const start of found?.starts ?? []) memory.differs(view, start);
      memory.end();
    },
  };
}
