/** To be imported before the generated code: 64-bit integers are numbers. What no double holds is refused by the checks. */
import protobuf from 'protobufjs/minimal.js';

// protobufjs takes the package `long` where it finds it: an object for each integer took twice the time.
(protobuf.util as { Long: unknown }).Long = undefined;
protobuf.configure();
