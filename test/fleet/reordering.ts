/** Requests that a network delivers in another order than they were sent in. */
export class Reordering {
  /** How many were done after one that had arrived later, and how many after their client had given up. */
  readonly counts = { held: 0, late: 0 };
  private held: { readonly arrived: number; readonly go: () => void }[] = [];
  private late: { left: number; readonly work: () => Promise<unknown> }[] = [];
  private lastArrived = 0;
  /** Requests that arrived, and are neither held nor answered. */
  private underWay = 0;

  /** Does one. If it is held, others that arrive meanwhile are done first; where there are none, it is not. */
  async pass(isHeld: boolean, work: () => Promise<void>): Promise<void> {
    const arrived = ++this.lastArrived;
    if (isHeld && this.underWay > 0) await new Promise<void>((go) => this.held.push({ arrived, go }));
    this.underWay++;
    try {
      await work();
      await this.deliverDue();
    } finally {
      this.underWay--;
      this.release(arrived);
    }
  }

  /** One whose client has given up: it is done after so many others, or by `deliverLate`. */
  delay(after: number, work: () => Promise<unknown>): void {
    this.late.push({ left: after, work });
  }

  /** What is late arrives now, the last one first. */
  async deliverLate(): Promise<void> {
    for (const { work } of this.late.splice(0).reverse()) await this.deliver(work);
  }

  private release(arrived: number): void {
    const overtaken = this.held.filter((each) => each.arrived < arrived);
    this.counts.held += overtaken.length;
    const free = this.underWay === 0 ? this.held : overtaken;
    this.held = this.held.filter((each) => !free.includes(each));
    for (const { go } of free) go();
  }

  private async deliverDue(): Promise<void> {
    for (const each of this.late) each.left--;
    const due = this.late.filter(({ left }) => left <= 0);
    this.late = this.late.filter(({ left }) => left > 0);
    for (const { work } of due) await this.deliver(work);
  }

  /** Its client does not learn whether it failed. */
  private async deliver(work: () => Promise<unknown>): Promise<void> {
    this.counts.late++;
    await work().catch(() => undefined);
  }
}
