/** The dialog that lists the keys. */
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../icon.js';
import { helpShown } from './help-shown.js';
import { KEYS, type Key, keyName } from './key-table.js';

const GROUPS: readonly Key['group'][] = ['Time', 'Connections', 'Page'];

export function KeyHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = helpShown.value;
  useEffect(() => {
    // A modal dialog keeps the focus inside, closes on Escape, and gives the focus back.
    if (shown) dialog.current?.showModal();
  }, [shown]);
  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class="keys"
      aria-labelledby="keys-title"
      onClose={() => {
        helpShown.value = false;
      }}
    >
      <div class="keys-head">
        <h2 id="keys-title">Keys</h2>
        <button type="button" class="icon-button quiet" aria-label="Close" title="Close (Esc)" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <div class="keys-groups">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {KEYS.filter((key) => key.group === group).map(({ keys, help }) => (
                <div key={help} class="keys-row">
                  <dt>
                    {keys.map((each) => (
                      <kbd key={each}>{keyName(each)}</kbd>
                    ))}
                  </dt>
                  <dd>{help}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="keys-pointer">
        Pointer: drag the overview to choose a range, click a lane's row to open its connection, click a value to filter
        by it, with Alt to filter it out.
      </p>
    </dialog>
  );
}
