/** Which requests are answered at all: docs/serve.md has the reason for each rule. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** The headers of a request that are looked at. */
export interface RequestHeaders {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly site: string | undefined;
  readonly authorization: string | undefined;
}

/** Names that stand for this host to itself. */
const LOOPBACK_NAMES: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];
const HOST = /^(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?)(?::\d{1,5})?$/i;
/** Of Sec-Fetch-Site: what a page of this server sends, and what a person types. */
const OWN_SITE: ReadonlySet<string> = new Set(['same-origin', 'none']);

export interface GuardOptions {
  readonly token: string;
  /** Names by which the server may be called, besides those of loopback. */
  readonly hosts: readonly string[];
}

export class Guard {
  private readonly hosts: ReadonlySet<string>;
  private readonly token: Buffer;

  constructor({ token, hosts }: GuardOptions) {
    this.hosts = new Set([...LOOPBACK_NAMES, ...hosts].map((host) => host.toLowerCase()));
    this.token = digest(token);
  }

  /** Why a request is not for this server: a page of another name reached it (DNS rebinding); undefined: it is. Any port: a tunnel may have another. */
  misdirected({ host }: RequestHeaders): string | undefined {
    const name = HOST.exec(host ?? '')?.[1]?.toLowerCase();
    if (name === undefined) return 'the Host header is missing or invalid';
    return this.hosts.has(name) ? undefined : 'unknown host: sstory serve --allow-host NAME accepts another name';
  }

  /** Why a request comes from a page of another origin; undefined: it does not. */
  foreign({ host, origin, site }: RequestHeaders): string | undefined {
    if (site !== undefined && !OWN_SITE.has(site.toLowerCase())) return 'requests of other sites are not answered';
    if (origin !== undefined && hostOf(origin) !== host?.toLowerCase())
      return 'requests of other origins are not answered';
    return undefined;
  }

  /** Whether it has the token. */
  isKnown({ authorization }: RequestHeaders): boolean {
    const token = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(authorization ?? '')?.[1];
    return token !== undefined && timingSafeEqual(digest(token), this.token);
  }
}

/** Of the same length, whatever the token's is. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host.toLowerCase();
  } catch {
    return undefined;
  }
}
