import koffi from 'koffi';

/** Memory outside the JavaScript heap, whose address may be handed to the kernel. Lives as long as the process. */
export class NativeMemory {
  readonly address: bigint;
  readonly buffer: ArrayBuffer;

  constructor(bytes: number) {
    const pointer = koffi.alloc('uint8_t', bytes);
    this.address = koffi.address(pointer);
    this.buffer = koffi.view(pointer, bytes);
  }
}
