/** Constants of the recording file format. docs/recording-format.md describes it in full. */

/** The first bytes of a file: one line, with a control character so that tools treat the file as binary. */
export const MAGIC: Uint8Array = Buffer.from('SSTORY\x1a\n', 'latin1');

/** A reader rejects another major version, and skips fields that a later minor version added. */
export const FORMAT_MAJOR = 1;
export const FORMAT_MINOR = 1;

/** The limit of a payload, before and after compression. It bounds a reader's memory, whatever length a frame claims. */
export const MOST_PAYLOAD_BYTES = 1 << 20;

/** A frame's own fields take a few bytes; gzip adds at most a few hundred to data that it cannot compress. */
export const MOST_FRAME_BYTES = MOST_PAYLOAD_BYTES + 1_024;
