/** The page: its head, what the view shows, and the panel beside it. */
import { ConnectionPanel } from './connection/connection-panel.js';
import { Basis } from './fleet/basis.js';
import { HostsAtCursor } from './fleet/hosts-at-cursor.js';
import { Header } from './header/header.js';
import { info, infoError, range, showsHosts } from './info.js';
import { KeyHelp } from './keys/key-help.js';
import { Lanes } from './lanes/lanes.js';
import { heldUnderPointer } from './live/held-pointer.js';
import { StatusLine } from './live/status-line.js';
import { Message } from './message.js';
import { Notice } from './notice.js';
import { Overview } from './overview/overview.js';
import { cursor, openConnection, view } from './selection.js';
import { SocketsAtCursor } from './sockets/sockets-at-cursor.js';
import { SqlPage } from './sql/sql-page.js';
import { Troubles } from './troubles/troubles.js';

export function App() {
  return (
    <>
      <Header />
      {view.value === 'sql' ? <SqlPage /> : <TimelinePage />}
      <StatusLine />
      <KeyHelp />
      <Notice />
    </>
  );
}

function TimelinePage() {
  if (info.value === undefined) {
    const error = infoError.value;
    return error === undefined ? (
      <main class="timeline-page is-loading" aria-busy="true" />
    ) : (
      <Message failure={error} />
    );
  }
  if (range.value === undefined) {
    const hint = info.value.recording ? 'The first transitions appear here' : '`sstory record` records this host';
    return <Message failure={{ code: 'empty', message: `nothing is recorded yet in ${info.value.file}`, hint }} />;
  }
  const hasPanel = openConnection.value !== undefined;
  return (
    <main class={hasPanel ? 'timeline-page has-panel' : 'timeline-page'}>
      <div class="views" {...heldUnderPointer}>
        <Basis />
        <Overview />
        <Troubles />
        <Lanes />
        {/* Below, not beside: the cursor stays below the pointer that set it. */}
        {cursor.value !== undefined && (showsHosts.value ? <HostsAtCursor us={cursor.value} /> : <SocketsAtCursor />)}
      </div>
      {hasPanel && (
        <aside class="panel">
          <ConnectionPanel />
        </aside>
      )}
    </main>
  );
}
