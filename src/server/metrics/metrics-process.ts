/**
 * The process that counts for scrapes beside the page: SQLite runs in the thread that calls it, and the server has to stay responsive.
 * Started by MetricsDesk with the path of the database and the labels.
 */
import { dieWithParent } from '../../sys/parent-death.js';
import { Scrapes } from './scrapes.js';

dieWithParent();
const [path = '', ...labels] = process.argv.slice(2);
const scrapes = new Scrapes(path, labels);
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('message', () => void scrapes.scrape().then((reply) => process.send?.(reply)));
process.on('disconnect', () => void scrapes.close().then(() => process.exit(0)));
