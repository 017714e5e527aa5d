import { NARROW, WIDE } from './parked-layout.js';
import { NO_SLOT, type ParkedSlab } from './parked-slab.js';

/** The rows of a slab whose end is foreseen, in the order of that time: a list in the rows themselves. */
export class EndList {
  private firstSlot = NO_SLOT;
  private last = NO_SLOT;

  /** `endAt`: the end that is foreseen of a row; undefined: none is. */
  constructor(
    private readonly slab: ParkedSlab,
    private readonly endAt: (slot: number) => number | undefined,
  ) {}

  /** The row that is foreseen to end first; undefined: none is in the list. */
  get first(): number | undefined {
    return this.firstSlot === NO_SLOT ? undefined : this.firstSlot;
  }

  /** A row is new: it is not in the list. */
  begin(slot: number): void {
    this.slab.setNarrow(slot, NARROW.earlier, NO_SLOT);
    this.slab.setNarrow(slot, NARROW.later, NO_SLOT);
  }

  /** Adds those of the rows whose end is foreseen. Most end after all that wait: the way to their place is short. */
  add(slots: readonly number[]): void {
    const fresh: { readonly slot: number; readonly end: number }[] = [];
    for (const slot of slots) {
      const isFree = this.slab.wide(slot, WIDE.id) === 0;
      const end = isFree ? undefined : this.endAt(slot);
      if (end !== undefined) fresh.push({ slot, end });
    }
    fresh.sort((one, other) => other.end - one.end);
    let [earlier, later] = [this.last, NO_SLOT];
    for (const { slot, end } of fresh) {
      if (this.has(slot)) continue;
      while (earlier !== NO_SLOT && (this.endAt(earlier) ?? 0) > end) {
        later = earlier;
        earlier = this.slab.slotIn(later, NARROW.earlier);
      }
      this.link(slot, later);
      this.link(earlier, slot);
      later = slot;
    }
  }

  /** Without effect for a row that is not in the list. */
  delete(slot: number): void {
    if (!this.has(slot)) return;
    this.link(this.slab.slotIn(slot, NARROW.earlier), this.slab.slotIn(slot, NARROW.later));
    this.begin(slot);
  }

  private has(slot: number): boolean {
    return this.firstSlot === slot || this.slab.slotIn(slot, NARROW.earlier) !== NO_SLOT;
  }

  /** Has one row follow another one; `NO_SLOT`: the other one is the first or the last. */
  private link(earlier: number, later: number): void {
    if (earlier === NO_SLOT) this.firstSlot = later;
    else this.slab.setNarrow(earlier, NARROW.later, later);
    if (later === NO_SLOT) this.last = earlier;
    else this.slab.setNarrow(later, NARROW.earlier, earlier);
  }
}
