import { type TableNotes, us } from './table-note.js';

/** Notes of the table of names. */
export const NAME_NOTES: TableNotes = {
  names: {
    text: 'Which name resolved to which address: DNS answers as processes got them, and lines of hosts files. `docs/names.md` describes what is recorded and what is not.',
    columns: {
      name: {
        meaning: 'as it was queried, in lower case, without the trailing dot',
        source: 'the question, the hosts file',
      },
      address: {
        meaning: 'IPv4 or IPv6, in the form of the other tables',
        source: 'A and AAAA records, the hosts file',
      },
      from_us: us(
        "when the first answer came, by the kernel's clock; for a hosts file: when the line was added, or first seen",
        'the answer, the hosts file',
      ),
      to_us: us(
        'when the TTL of the last answer expired, or when the name was seen to end; NULL: it was valid when the recorder last checked (hosts files)',
        'the TTL, the next answer, the hosts file',
      ),
      source: { meaning: '`dns`, `hosts`', source: 'the recorder' },
      netns: { meaning: 'the network namespace whose processes saw it', source: '/proc/PID/ns/net' },
      ended: {
        meaning:
          '`replaced` (a later answer for the name lists other addresses), `gone` (a later answer lists none), `removed` (the line was removed from the hosts file); NULL: only its TTL ends it',
        source: 'the next answer, the hosts file',
      },
    },
    more: `\`to_us\` in the past with \`ended\` NULL: the TTL has expired, and no later answer was seen. The names of an address at a time T:
\`SELECT name FROM names WHERE address = A AND from_us <= T AND (to_us IS NULL OR to_us > T)\`. Names that were missed are noted in
\`runs.notes\`, under the subject \`names\`.`,
  },
};
