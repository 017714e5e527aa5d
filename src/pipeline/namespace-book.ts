import type { NamespaceRecord } from '../model/namespace.js';
import type { NetnsChange } from '../model/snapshot.js';

/** The network namespaces that exist, and since when they have had their name: another name is another record. */
export class NamespaceBook {
  private readonly known: Map<number, NamespaceRecord>;

  /** `known`: those of an earlier run that still exist. */
  constructor(known: readonly NamespaceRecord[]) {
    this.known = new Map(known.map((record) => [record.netns, record]));
  }

  /** The records that a change makes or changes; `atUs`: when it was noticed. */
  apply(change: NetnsChange, atUs: number): NamespaceRecord[] {
    if (!change.present) return this.end(change.netns, atUs);
    const { netns, netCookie, name } = change;
    const known = this.known.get(netns);
    const isSame = known !== undefined && (netCookie === undefined || (known.netCookie ?? netCookie) === netCookie);
    const goesOn = isSame && known.name === name;
    const cookie = netCookie ?? (isSame ? known.netCookie : undefined);
    const record: NamespaceRecord = goesOn
      ? { ...known, netCookie: cookie }
      : { netns, fromUs: atUs, toUs: undefined, netCookie: cookie, name };
    this.known.set(netns, record);
    return goesOn || known === undefined
      ? [record]
      : [{ ...known, netCookie: isSame ? cookie : known.netCookie, toUs: atUs }, record];
  }

  /** The record of one that is gone, or that no dump shows any more, from `atUs` on. */
  end(netns: number, atUs: number): NamespaceRecord[] {
    const known = this.known.get(netns);
    this.known.delete(netns);
    return known === undefined ? [] : [{ ...known, toUs: atUs }];
  }
}
