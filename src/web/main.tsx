/** Starts the page. */
import { render } from 'preact';
import { App } from './app.js';
import { watchInfo } from './info.js';
import { watchKeys } from './keys/key-listener.js';
import { watchStream } from './live/stream.js';
import { watchAddress } from './selection.js';

watchAddress();
watchInfo();
watchStream();
watchKeys();
const place = document.getElementById('page');
if (place !== null) render(<App />, place);
