/** The colours of what lanes show, for canvases: they are in style/palette.css, once for light and once for dark. */
import { signal } from '@preact/signals';
import type { Paint } from '../server/contract.js';

/** Changes when the colours do: a canvas that reads it is drawn again. */
export const coloursVersion = signal(0);

/** Resolves `light-dark()`, which a canvas does not understand. */
const probe = document.createElement('i');
probe.hidden = true;
document.body.append(probe);

/** Asking the browser for a style in each frame costs more than drawing. */
const known = new Map<string, string>();
let knownVersion = -1;

/** The value of a custom property of the page that is a colour, e.g. `--ink`. */
export function colour(name: `--${string}`): string {
  if (knownVersion !== coloursVersion.value) {
    known.clear();
    knownVersion = coloursVersion.value;
  }
  const value = known.get(name);
  if (value !== undefined) return value;
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  known.set(name, color);
  return color;
}

/** The custom property of a paint. */
export function paintName(paint: Paint): `--${string}` {
  return `--paint-${paint.toLowerCase()}`;
}

const THEME_KEY = 'sstory.theme';
export type Theme = 'light' | 'dark' | 'system';
export const theme = signal<Theme>(themeOf(localStorage.getItem(THEME_KEY)));

/** Chooses light or dark, or lets the system choose. */
export function useTheme(chosen: Theme): void {
  theme.value = chosen;
  if (chosen === 'system') localStorage.removeItem(THEME_KEY);
  else localStorage.setItem(THEME_KEY, chosen);
  applyTheme();
}

function applyTheme(): void {
  const { dataset } = document.documentElement;
  if (theme.value === 'system') delete dataset['theme'];
  else dataset['theme'] = theme.value;
  coloursVersion.value++;
}

function themeOf(stored: string | null): Theme {
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => coloursVersion.value++);
applyTheme();
