/** To be imported before the generated code: makes 64-bit integers plain numbers. checked-value.ts rejects those that exceed a double. */
import protobuf from 'protobufjs/minimal.js';

// If the package `long` is installed, protobufjs makes an object of each integer, which took twice the time.
(protobuf.util as { Long: unknown }).Long = undefined;
protobuf.configure();
