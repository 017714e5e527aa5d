/** The generated code of proto/sstory.proto. */
import './plain-integers.js';

export { sstory } from '#proto';
