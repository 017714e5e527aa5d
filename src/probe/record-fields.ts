/**
 * Reads the fields of a tracepoint's record by their offsets, as its format file lists them, instead of by `args->NAME`: for each
 * such word bpftrace 0.14 and 0.17 read the kernel's whole list of tracepoints (2,300 lines on Linux 6.18) about twenty times, which was two
 * of the three seconds that a start took.
 */
import { fieldPlace } from './tracefs.js';

/** A block of a program: its tracepoints and its condition, and its statements. */
const BLOCK = /^(tracepoint:([^\s,]+)[^{]*)\{\n([\s\S]*?)^\}/gm;
/** By name: a read by offset is a call of a BPF helper, and these run for every change of state. */
const HOT = /^sock:inet_sock_set_state$/;
/** By name: a read of their record by its address finds 0 (tried on Linux 6.18), and the type of a field says whose address it is. */
const SYSTEM_CALL = /^syscalls:/;

/**
 * The program with `args->NAME` replaced by a read at its offset, but for the blocks that are better off with it.
 * @throws Error where a format file does not list a field that the program reads
 */
export function readByOffset(program: string, formatOf: (tracepoint: string) => string | undefined): string {
  return program.replace(BLOCK, (block, head: string, tracepoint: string, body: string) => {
    if (HOT.test(tracepoint) || SYSTEM_CALL.test(tracepoint)) return block;
    const format = formatOf(tracepoint) ?? '';
    const read = (text: string, base: string) =>
      text.replace(/args->(\w+)/g, (_, name: string) => {
        const place = fieldPlace(format, name);
        if (place === undefined) throw new Error(`bpf/: ${tracepoint} has no field ${name}`);
        const address = `(${base} + ${place.offset})`;
        return place.isArray ? address : `(*(${place.isSigned ? '' : 'u'}int${place.size * 8} *)${address})`;
      });
    const statements = read(body, '$record');
    const begin = statements === body ? '' : '  $record = (uint64)args;\n';
    return `${read(head, '(uint64)args')}{\n${begin}${statements}}`;
  });
}
