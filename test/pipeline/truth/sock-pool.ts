/** The kernel's cache of `struct sock`: an address is used again at once, the last one first. */
import type { Sock } from './life.js';

export class SockPool {
  private readonly freed: number[] = [];
  private addresses = 0;

  take(): Sock {
    return { skaddr: this.freed.pop() ?? ++this.addresses * 64, cookie: 0, inode: 0 };
  }

  free({ skaddr }: Sock): void {
    this.freed.push(skaddr);
  }
}
