const MOST = 4_096;

/** Equal texts that come again and again, each kept once: from another thread every one is a copy of its own. */
export class SharedTexts {
  private readonly texts = new Map<string, string>();

  same(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size >= MOST) this.texts.clear();
    this.texts.set(text, text);
    return text;
  }
}
