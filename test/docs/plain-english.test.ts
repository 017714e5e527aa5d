import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What a reader stumbles over, and what to write instead. */
const OLD_PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:tells?|told|untold)\b/i, 'reports, reported, unreported'],
  [/\bhears?\b|\bheard\b|\blast words\b/i, 'receives, received, destroy notification'],
  [/\bwhoever\b|\bof whom\b/i, 'the program, the user: name who it is'],
  [/\bnobody knows\b/i, 'reason unknown'],
  [
    /(?<!\bthere )\bis no (?:duration|size|time|number|address|database|filter|port|state|sstory)\b/i,
    'invalid ...; not a ...',
  ],
  [/\bwhole and true\b/i, 'check for corruption and inconsistencies'],
  [/\b(?:takes?|took|taken) out\b/i, 'deletes, removes'],
  [/\bhas to say\b/i, 'its messages'],
  [/\b(?:elder|anew|of late)\b/i, 'older, again, recently'],
  [/\broads?\b/i, 'path'],
  [/\b(?:handed on|let in|held against)\b/i, 'passed on, accepted, checked against'],
  [/\bstood for \d/i, 'resolved to'],
  [/\bsent the SYN again\b/i, 'retransmitted the SYN'],
  [/\b(?<![\d.,])1 (?:events|gaps|connections|rows|sockets|samples|retransmits|transitions|runs)\b/i, '1 event'],
  [/\bdefect:/i, 'internal error:'],
  [/\b(?:connection|socket|name)s? like that\b/i, 'matching connections'],
  [/\bthere is none\b/i, 'say what is missing: no recorder is running'],
];

/** A text that people read, and where it stands. */
interface Shown {
  readonly place: string;
  readonly text: string;
}

function filesIn(directory: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .filter((path) => ending.test(path))
    .map((path) => join(directory, path));
}

/** The literals of a source file: strings and the pieces of templates. */
function literalsOf(path: string): Shown[] {
  const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Shown[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ place: `${path}:${line + 1}`, text: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function linesOf(path: string): Shown[] {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  return lines.map((text, index) => ({ place: `${path}:${index + 1}`, text }));
}

function faultsIn(shown: readonly Shown[]): string[] {
  return shown.flatMap(({ place, text }) =>
    OLD_PHRASES.flatMap(([pattern, instead]) => {
      const phrase = pattern.exec(text)?.[0];
      return phrase === undefined ? [] : [`${place}: "${phrase}": write ${instead}`];
    }),
  );
}

describe('what people read', () => {
  it('has no old phrases in the strings of the sources', () => {
    deepEqual(faultsIn(filesIn('src', /\.tsx?$/).flatMap(literalsOf)), []);
  });

  it('has none in the documentation', () => {
    const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesIn('docs', /\.(?:md|1)$/)];
    deepEqual(faultsIn(pages.flatMap(linesOf)), []);
  });

  it('would be found: the patterns fit what they are for', () => {
    const old = [
      'it tells you',
      'hears no last words',
      '"soon" is no duration',
      '1 events lost',
      'sent the SYN again 7 times',
    ];
    deepEqual(
      old.filter((text) => faultsIn([{ place: '', text }]).length === 0),
      [],
    );
    deepEqual(faultsIn([{ place: '', text: '11 events, 2.1 connections, 1 event, retransmitted the SYN' }]), []);
  });
});
