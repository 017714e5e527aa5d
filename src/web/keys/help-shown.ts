import { signal } from '@preact/signals';

export const helpShown = signal(false);

/** Opens the dialog with the keys. */
export function showKeys(): void {
  helpShown.value = true;
}
