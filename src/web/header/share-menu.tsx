/** What can be done with what is shown: a link to it, files of it, and Perfetto. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { copyText } from '../clipboard.js';
import { Icon } from '../icon.js';
import { download } from './download.js';
import { downloadPerfetto, openInPerfetto } from './perfetto.js';
import { closesOnLeave } from './popover.js';
import { downloads, pageLink } from './view-address.js';

const isOpen = signal(false);

export function copyLink(): void {
  void copyText(pageLink(), 'Link');
}

export function ShareMenu() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => closesOnLeave(place, isOpen), []);
  const act = (action: () => unknown) => () => {
    isOpen.value = false;
    action();
  };
  return (
    <div class="share" ref={place}>
      <button
        type="button"
        aria-expanded={isOpen.value}
        title="Link, downloads, Perfetto"
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <Icon name="link" />
        <span class="wide-only">Share</span>
        <Icon name="down" />
      </button>
      {isOpen.value && (
        <ul class="popover menu">
          <Item icon="link" label="Copy link" key_="u" onChoose={act(copyLink)} />
          <Item icon="open" label="Open in Perfetto" key_="o" onChoose={act(openInPerfetto)} />
          <Item icon="download" label="Perfetto trace" onChoose={act(downloadPerfetto)} />
          {downloads().map(({ label, url, file }) => (
            <Item key={label} icon="download" label={label} onChoose={act(() => download(url, file))} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Item(item: { icon: 'link' | 'open' | 'download'; label: string; key_?: string; onChoose: () => void }) {
  return (
    <li>
      <button type="button" class="quiet menu-item" onClick={item.onChoose}>
        <Icon name={item.icon} />
        <span>{item.label}</span>
        {item.key_ !== undefined && <kbd>{item.key_}</kbd>}
      </button>
    </li>
  );
}
