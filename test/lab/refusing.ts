/** Runs a script in a process in which the kernel refuses a system call, as a container's seccomp profile does. */
import { execa } from 'execa';

const LIBC = new URL('../../src/sys/libc.js', import.meta.url).href;

/**
 * The filter is struct sock_filter of include/uapi/linux/filter.h: load the number of the call, which is the first word of struct
 * seccomp_data; refuse the one, allow the others. SECCOMP_FILTER_FLAG_TSYNC puts it on every thread.
 */
function filtered(systemCall: number, errno: number, script: string): string {
  return `
    import koffi from 'koffi';
    const { libc } = await import(${JSON.stringify(LIBC)});
    const filter = Buffer.alloc(32);
    const instruction = (at, code, jt, jf, k) => {
      filter.writeUInt16LE(code, at);
      filter.writeUInt8(jt, at + 2);
      filter.writeUInt8(jf, at + 3);
      filter.writeUInt32LE(k, at + 4);
    };
    instruction(0, 0x20, 0, 0, 0);
    instruction(8, 0x15, 0, 1, ${systemCall});
    instruction(16, 0x06, 0, 0, ${0x0005_0000 + errno});
    instruction(24, 0x06, 0, 0, 0x7fff0000);
    const memory = koffi.alloc('uint8_t', 48);
    const view = Buffer.from(koffi.view(memory, 48));
    filter.copy(view, 16);
    view.writeUInt16LE(4, 0);
    view.writeBigUInt64LE(koffi.address(memory) + 16n, 8);
    const prctl = libc.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
    const syscall = libc.func('long syscall(long, unsigned int, unsigned int, void *)');
    prctl(38, 1, 0, 0, 0);
    const set = Number(syscall(process.arch === 'x64' ? 317 : 277, 1, 1, memory));
    if (set !== 0) throw new Error('seccomp(2) failed');
    ${script}`;
}

/** What the script prints. @throws what it throws */
export async function withRefused(systemCall: number, errno: number, script: string): Promise<string> {
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', filtered(systemCall, errno, script)]);
  return stdout;
}
