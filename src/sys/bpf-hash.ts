import { bpf, type MapInfo, mapInfo } from './bpf.js';
import { NativeMemory } from './native-memory.js';

const BPF_MAP_UPDATE_ELEM = 2;
const BPF_MAP_DELETE_ELEM = 3;
const BPF_MAP_LOOKUP_BATCH = 24;
/** BPF_NOEXIST: only where the key is missing. */
const WHERE_MISSING = 1n;
const ENOENT = 2;
const NUMBER_BYTES = 8;

/** A BPF hash map from numbers to numbers, each of eight bytes. Layouts mirror union bpf_attr of include/uapi/linux/bpf.h. */
export class BpfHash {
  private readonly most: number;
  private readonly keys: NativeMemory;
  private readonly values: NativeMemory;
  private readonly next = new NativeMemory(NUMBER_BYTES);

  /** @throws Error where the descriptor is not a map's */
  constructor(private readonly fd: number) {
    const { maxEntries }: MapInfo = mapInfo(fd);
    this.most = maxEntries;
    this.keys = new NativeMemory(maxEntries * NUMBER_BYTES);
    this.values = new NativeMemory(maxEntries * NUMBER_BYTES);
  }

  /** All of it, in one call (Linux 5.6); undefined where the kernel refuses. What changes meanwhile may be missing. */
  read(): Map<number, number> | undefined {
    const result = bpf(BPF_MAP_LOOKUP_BATCH, (attr) => {
      attr.setBigUint64(8, this.next.address, true);
      attr.setBigUint64(16, this.keys.address, true);
      attr.setBigUint64(24, this.values.address, true);
      attr.setUint32(32, this.most, true);
      attr.setUint32(36, this.fd, true);
    });
    // The end of the map.
    if (result.code < 0 && result.code !== -ENOENT) return undefined;
    const count = result.attr.getUint32(32, true);
    const [keys, values] = [new BigUint64Array(this.keys.buffer), new BigUint64Array(this.values.buffer)];
    const found = new Map<number, number>();
    for (let index = 0; index < count; index++) found.set(Number(keys[index]), Number(values[index]));
    return found;
  }

  /** Where the key is missing, and there is room. */
  add(key: number, value: number): void {
    this.putNumbers(key, value);
    bpf(BPF_MAP_UPDATE_ELEM, (attr) => {
      this.writeElement(attr);
      attr.setBigUint64(24, WHERE_MISSING, true);
    });
  }

  delete(key: number): void {
    this.putNumbers(key, 0);
    bpf(BPF_MAP_DELETE_ELEM, (attr) => this.writeElement(attr));
  }

  private putNumbers(key: number, value: number): void {
    new DataView(this.keys.buffer).setBigUint64(0, BigInt(key), true);
    new DataView(this.values.buffer).setBigUint64(0, BigInt(value), true);
  }

  private writeElement(attr: DataView): void {
    attr.setUint32(0, this.fd, true);
    attr.setBigUint64(8, this.keys.address, true);
    attr.setBigUint64(16, this.values.address, true);
  }
}
