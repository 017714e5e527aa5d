/** nftables rules on what comes in to one namespace. Its table is made with the first rule. */
export class PacketFilter {
  private ready = false;

  /** `run` runs a command inside the namespace. */
  constructor(private readonly run: (...command: string[]) => Promise<unknown>) {}

  /** Drops incoming packets that match an nftables expression: `tcp dport 80`, `tcp flags & fin == fin`. */
  async drop(match: string): Promise<void> {
    await this.add(match, 'drop');
  }

  /** Answers matching packets with an ICMP error: `host-unreachable`, `port-unreachable`, `admin-prohibited`. */
  async refuse(match: string, icmpType: string): Promise<void> {
    await this.add(match, `reject with icmpx type ${icmpType}`);
  }

  /** Lets everything through again. */
  async clear(): Promise<void> {
    if (this.ready) await this.nft('flush chain inet lab incoming');
  }

  private async add(match: string, verdict: string): Promise<void> {
    if (!this.ready) {
      await this.nft('add table inet lab');
      await this.nft('add chain inet lab incoming { type filter hook input priority 0; }');
      this.ready = true;
    }
    await this.nft(`add rule inet lab incoming ${match} ${verdict}`);
  }

  private async nft(statement: string): Promise<void> {
    await this.run('nft', statement);
  }
}
