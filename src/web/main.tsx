/** Starts the page. */
import { render } from 'preact';
import { App } from './app.js';
import { watchInfo } from './info.js';
import { watchAddress } from './selection.js';
import { takeToken } from './token.js';

takeToken();
watchAddress();
watchInfo();
const place = document.getElementById('page');
if (place !== null) render(<App />, place);
