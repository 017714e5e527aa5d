/** Light, dark, or as the system is: one button that goes through the three. */
import { Icon } from '../icon.js';
import { useTheme as chooseTheme, type Theme, theme } from '../palette.js';

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

export function ThemeSwitch() {
  const now = theme.value;
  const name = `Colours: ${now}. Change to ${NEXT[now]}`;
  return (
    <button type="button" class="icon-button" title={name} aria-label={name} onClick={() => chooseTheme(NEXT[now])}>
      <Icon name={now} />
    </button>
  );
}
