/** The pictures on buttons: outlines on a grid of 16. They are decoration, the name is on the button. */
const PATHS = {
  back: 'M10 3 5 8l5 5',
  forward: 'm6 3 5 5-5 5',
  down: 'm4 6 4 4 4-4',
  close: 'm4 4 8 8m0-8-8 8',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.3-1.2L14 14',
  play: 'M5 3.5v9l7.5-4.5Z',
  pause: 'M5.5 3.5v9m5-9v9',
  copy: 'M6 6h7v7H6zM10 6V3H3v7h3',
  link: 'M6.5 9.5l3-3M7 4.8l1.4-1.4a2.6 2.6 0 0 1 3.9 0 2.6 2.6 0 0 1 0 3.9L11 8.7M9 11.2l-1.4 1.4a2.6 2.6 0 0 1-3.9 0 2.6 2.6 0 0 1 0-3.9L5 7.3',
  download: 'M8 2.5v7.5m-3-3 3 3 3-3M3 13.5h10',
  open: 'M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9.5v4h-9v-9h4',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  light:
    'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.5V3m0 10v1.5M1.5 8H3m10 0h1.5M3.4 3.4l1 1m7.2 7.2 1 1m0-9.2-1 1m-7.2 7.2-1 1',
  dark: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z',
  system: 'M2.5 3.5h11v7.5h-11zM6 13.5h4',
  help: 'M6 6a2 2 0 1 1 2.8 1.8c-.6.3-.8.6-.8 1.4M8 11.6v.01',
  check: 'm3.5 8.5 3 3 6-7',
  alert: 'M8 5v3.5m0 2.3v.01M8 2.2 1.8 13h12.4Z',
  stop: 'M4.5 4.5h7v7h-7z',
  pin: 'M5.5 2.5h5M6.5 2.5v4L4.5 9h7L9.5 6.5v-4M8 9v4.5',
  explain: 'M3 3.5h10v7H7.5L5 13v-2.5H3z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
