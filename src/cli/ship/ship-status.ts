import { counted } from '../../model/counted.js';
import { SstoryError } from '../../model/error.js';
import { jsonText, printable } from '../../model/printable.js';
import { durationText, localTime } from '../../model/time-text.js';
import { Outbox } from '../../ship/outbox.js';
import { readShipMarks, type ShipMarks } from '../../store/ship-marks.js';
import { closing } from '../closing.js';

interface StatusRequest {
  readonly db: string;
  readonly directory: string;
  /** Of one place; undefined: all. */
  readonly name: string | undefined;
  readonly json: boolean;
}

/** Prints how far shipping has come, a line for each place. Returns the exit code. */
export function showStatus({ db, directory, name, json }: StatusRequest): number {
  const outbox = new Outbox(db);
  using _outbox = closing(outbox);
  const places = readShipMarks(directory, outbox.file).filter((marks) => name === undefined || marks.name === name);
  if (places.length === 0)
    throw new SstoryError('not-shipped', `${db} is not shipped${name === undefined ? '' : ` as ${name}`}`, {
      hint: `how far shipping came would be in ${directory}: another directory is named by --state`,
    });
  const [last, reachedUs] = [outbox.lastSeq(), outbox.reachedUs()];
  for (const marks of places)
    process.stdout.write(`${json ? statusJson(marks, last, reachedUs) : statusText(marks, last, reachedUs)}\n`);
  return 0;
}

/** `behind`: how much of what is recorded is not there. */
function statusText(marks: ShipMarks, last: number, reachedUs: number): string {
  const { name, target, sent, kept, throughUs, lost, error } = marks;
  const waiting = Math.max(0, last - sent);
  const complete =
    throughUs === 0
      ? 'nothing complete yet'
      : `complete to ${localTime(throughUs)} (${durationText(Math.max(0, reachedUs - throughUs))} behind)`;
  const parts = [
    `${counted(sent, 'connection')} sent`,
    `${waiting.toLocaleString('en')} wait`,
    `${kept.toLocaleString('en')} found there`,
    complete,
  ];
  if (lost > 0) parts.push(`${lost.toLocaleString('en')} deleted before they were sent`);
  if (error !== undefined) parts.push(`failing: ${error}`);
  return printable(`${name}: ${target}: ${parts.join(', ')}`);
}

function statusJson({ name, target, file, ...marks }: ShipMarks, last: number, reachedUs: number): string {
  return jsonText({
    type: 'shipping',
    name,
    target,
    file,
    sent: marks.sent,
    kept: marks.kept,
    waiting: Math.max(0, last - marks.sent),
    lost: marks.lost,
    through_us: marks.throughUs === 0 ? null : marks.throughUs,
    behind_us: marks.throughUs === 0 ? null : Math.max(0, reachedUs - marks.throughUs),
    sent_at_us: marks.sentAtUs === 0 ? null : marks.sentAtUs,
    error: marks.error ?? null,
  });
}
