import { type CookieOf, cookiesRecord } from '../model/cookies.js';
import type { Ledger } from './ledger.js';

/** Cookies that a dump is the first to show of connections that are not written again for them: of TIME-WAITs. */
export class LateCookies {
  private pairs: CookieOf[] = [];

  add(cookie: number, id: number): void {
    this.pairs.push([cookie, id]);
  }

  /** The dump of a namespace is applied. */
  record(ledger: Ledger, netns: number, startBootUs: number): void {
    if (this.pairs.length === 0) return;
    ledger.recordCookies(cookiesRecord(netns, ledger.wallUs(startBootUs), this.pairs));
    this.pairs = [];
  }
}
