/** What every recording file has in common. docs/recording-format.md tells it in full. */

/** The first bytes of a file: a line of its own, with a control character that text tools stumble over. */
export const MAGIC: Uint8Array = Buffer.from('SSTORY\x1a\n', 'latin1');

/** A reader refuses another major version, and skips the fields that a later minor one added. */
export const FORMAT_MAJOR = 1;
export const FORMAT_MINOR = 0;

/** Of a payload, before it is compressed and after: what a reader needs memory for, however long a frame says it is. */
export const MOST_PAYLOAD_BYTES = 1 << 20;

/** A frame's own fields take a few bytes; gzip adds at most some hundred to what it cannot make smaller. */
export const MOST_FRAME_BYTES = MOST_PAYLOAD_BYTES + 1_024;
