/**
 * Opens the range in ui.perfetto.dev: its window is asked until it answers, then it gets the trace by a message. The trace does not
 * leave this machine: that page reads it in the browser. https://perfetto.dev/docs/visualization/deep-linking-to-perfetto-ui
 */
import { failureIn } from '../answer.js';
import { request } from '../api.js';
import { notify } from '../notice.js';
import { download } from './download.js';
import { fileName, perfettoAddress } from './view-address.js';

const ORIGIN = 'https://ui.perfetto.dev';
const ASK_EVERY_MS = 50;
const GIVE_UP_AFTER_MS = 15_000;

/** To be called by a click or a key: browsers open no window otherwise. */
export async function openInPerfetto(): Promise<void> {
  const url = perfettoAddress();
  if (url === undefined) return;
  const opened = window.open(ORIGIN);
  if (opened === null) {
    notify('The browser did not open a window: download the trace, and open it in Perfetto');
    return;
  }
  try {
    const response = await request(url);
    const buffer = await response.arrayBuffer();
    if (!(await answers(opened))) {
      notify('ui.perfetto.dev does not answer: download the trace, and open it where there is internet');
      return;
    }
    const perfetto = { buffer, title: fileName('trace', 'pftrace'), fileName: fileName('trace', 'pftrace') };
    opened.postMessage({ perfetto }, ORIGIN, [buffer]);
  } catch (error) {
    opened.close();
    notify(`No trace: ${failureIn(error).message}`);
  }
}

export async function downloadPerfetto(): Promise<void> {
  const url = perfettoAddress();
  if (url !== undefined) await download(url, fileName('trace', 'pftrace'));
}

/** Whether the window says PONG to PING before it is too late. */
function answers(opened: Window): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (answered: boolean) => {
      clearInterval(asking);
      clearTimeout(giveUp);
      removeEventListener('message', hear);
      resolve(answered);
    };
    const hear = ({ origin, source, data }: MessageEvent) => {
      if (origin === ORIGIN && source === opened && data === 'PONG') end(true);
    };
    addEventListener('message', hear);
    const asking = setInterval(() => opened.postMessage('PING', ORIGIN), ASK_EVERY_MS);
    const giveUp = setTimeout(() => end(false), GIVE_UP_AFTER_MS);
  });
}
