/** Where the answers of the view that is shown come from, for downloads. */
import { address, type Parameters } from '../api.js';
import { info, paused, range } from '../info.js';
import { selection } from '../selection.js';
import { addressOf } from '../selection-address.js';

/** The link to what is shown: of a paused page with its times, as another one would not be paused. */
export function pageLink(): string {
  const chosen = selection.value;
  const shown = range.value;
  const meant =
    paused.value && shown !== undefined
      ? { ...chosen, from: Math.round(shown.fromUs), to: Math.round(shown.toUs) }
      : chosen;
  return `${location.origin}${location.pathname}${addressOf(meant)}`;
}

export interface Download {
  readonly label: string;
  readonly url: string;
  readonly file: string;
}

/** As many as the server answers at once; the files say where there are more. */
const MOST_ROWS = 10_000;
const TIME_LENGTH = 15;

/** What can be downloaded of the range and the filter. */
export function downloads(): Download[] {
  const shown = range.value;
  if (shown === undefined) return [];
  const { filter, sort, at } = selection.value;
  const of: Parameters = { from: Math.round(shown.fromUs), to: Math.round(shown.toUs), filter };
  const lanes = { ...of, sort, width: 1000, limit: MOST_ROWS };
  const log = { ...of, limit: MOST_ROWS };
  return [
    {
      label: 'Connections, CSV',
      url: address('timeline', { ...lanes, format: 'csv' }),
      file: fileName('connections', 'csv'),
    },
    { label: 'Connections, JSON', url: address('timeline', lanes), file: fileName('connections', 'json') },
    { label: 'Transitions, CSV', url: address('log', { ...log, format: 'csv' }), file: fileName('transitions', 'csv') },
    { label: 'Transitions, JSON', url: address('log', log), file: fileName('transitions', 'json') },
    ...(at === undefined
      ? []
      : [
          {
            label: 'Sockets at the cursor, CSV',
            url: address('ss', { at, filter, format: 'csv' }),
            file: fileName('sockets', 'csv'),
          },
        ]),
  ];
}

export function perfettoAddress(): string | undefined {
  const shown = range.value;
  if (shown === undefined) return undefined;
  return address('perfetto', {
    from: Math.round(shown.fromUs),
    to: Math.round(shown.toUs),
    filter: selection.value.filter,
  });
}

/** `sstory-lab-transitions-20261126-140503.csv` */
export function fileName(what: string, extension: string): string {
  const time = new Date((range.value?.toUs ?? 0) / 1000).toISOString().replaceAll(/[-:]/g, '').replace('T', '-');
  const host = (info.value?.host ?? 'host').replaceAll(/[^\w.-]/g, '_');
  return `sstory-${host}-${what}-${time.slice(0, TIME_LENGTH)}.${extension}`;
}
