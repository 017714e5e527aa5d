import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { requireRecordFlags } from '../../src/cli/commands/record.js';
import { Stage } from '../lab/stage.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const packaging = (name: string) => readFileSync(`${ROOT}scripts/packaging/${name}`, 'utf8');

const INSTRUCTIONS = ['FROM', 'WORKDIR', 'RUN', 'COPY', 'VOLUME', 'STOPSIGNAL', 'ENTRYPOINT', 'CMD'];
/** Those that docs/installation.md says are needed. */
const CAPABILITIES = ['SYS_ADMIN', 'NET_ADMIN', 'NET_RAW', 'SYS_PTRACE', 'DAC_READ_SEARCH', 'IPC_LOCK'];

/** The instructions of a Dockerfile: continued lines are one, comments none. */
function instructionsOf(text: string): { readonly name: string; readonly rest: string }[] {
  return text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));
}

/** The words after `record`. */
function recordFlags(words: readonly string[]): readonly string[] {
  equal(words[0], 'record');
  return words.slice(1);
}

/** Where Kubernetes declares the kinds of objects: modules of kubernetes-types. */
const KINDS: Readonly<Record<string, string>> = { Namespace: 'core/v1', DaemonSet: 'apps/v1' };

/** What the types of Kubernetes object to in objects: unknown fields too. One program for all: it takes seconds. */
function objections(objects: readonly { readonly kind: string }[], directory: string): readonly string[] {
  const files = objects.map((object, index) => {
    const file = join(directory, `${index}.ts`);
    const types = `${ROOT}node_modules/kubernetes-types/${KINDS[object.kind]}.d.ts`;
    const declared = `export const it: ${object.kind} = ${JSON.stringify(object)};`;
    writeFileSync(file, `import type { ${object.kind} } from '${types}';\n${declared}\n`);
    return file;
  });
  const options = { noEmit: true, strict: true, skipLibCheck: true, types: [], lib: ['lib.es5.d.ts'] };
  const program = ts.createProgram(files, options);
  return files.map((file) => {
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')).join();
  });
}

describe('the Dockerfile', () => {
  const instructions = instructionsOf(packaging('Dockerfile'));

  it('has instructions that there are, and copies what the tree has', () => {
    for (const { name, rest } of instructions) {
      ok(INSTRUCTIONS.includes(name), `${name} ${rest}`);
      if (name !== 'COPY' || rest.startsWith('. ')) continue;
      const sources = rest.split(' ').slice(1, -1);
      for (const source of sources) match(source, /^\/sstory\//);
      for (const source of sources) {
        const path = source.replace('/sstory/', '');
        ok(path.startsWith('dist/') || existsSync(`${ROOT}${path}`), source);
      }
    }
  });

  it('ships every directory that the package does', () => {
    const { files } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { files: string[] };
    const copied = instructions.filter(({ name }) => name === 'COPY').map(({ rest }) => rest);
    for (const file of files.filter((each) => !/^(docs|scripts|!)/.test(each)))
      ok(
        copied.some((rest) => rest.includes(`/sstory/${file}`)),
        file,
      );
  });

  it('records with flags that exist, and asks for the capabilities that are documented', () => {
    const command = instructions.find(({ name }) => name === 'CMD');
    requireRecordFlags(recordFlags(JSON.parse(command?.rest ?? '[]') as string[]));
    const asked = [...packaging('Dockerfile').matchAll(/--cap-add (\w+)/g)].map(([, name]) => name);
    deepEqual(asked, CAPABILITIES);
  });
});

describe('the DaemonSet', () => {
  const documents = parseAllDocuments(packaging('daemonset.yaml'));
  const daemonSet = documents.map((each) => each.toJS()).find(({ kind }) => kind === 'DaemonSet');
  const pod = daemonSet.spec.template.spec;
  const [container] = pod.containers;

  it('is YAML, of kinds with a version', () => {
    for (const document of documents) {
      deepEqual(document.errors, []);
      const { apiVersion, kind, metadata } = document.toJS();
      ok(apiVersion && kind && metadata.name);
    }
    deepEqual(daemonSet.spec.selector.matchLabels, daemonSet.spec.template.metadata.labels);
  });

  it('has the fields that Kubernetes declares, with values of their types, and no others', async function () {
    this.timeout(180_000);
    await using stage = new Stage();
    const misspelt = structuredClone(daemonSet);
    misspelt.spec.template.spec.containers[0].securityContext.capabilites = {};
    const mistyped = structuredClone(daemonSet);
    mistyped.spec.template.spec.hostPID = 'yes';
    const own = documents.map((document) => document.toJS());
    const found = objections([...own, misspelt, mistyped], await stage.directory());
    deepEqual(
      found.slice(0, own.length),
      own.map(() => ''),
    );
    match(found.at(-2) ?? '', /capabilites\W+ does not exist/);
    match(found.at(-1) ?? '', /'string' is not assignable to type 'boolean/);
  });

  it('has no privilege but the capabilities that are documented', () => {
    const { privileged, allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = container.securityContext;
    deepEqual([privileged, allowPrivilegeEscalation, readOnlyRootFilesystem], [false, false, true]);
    deepEqual(capabilities, { drop: ['ALL'], add: CAPABILITIES });
    equal(pod.automountServiceAccountToken, false);
  });

  it('records the node with flags that exist, into a volume that is mounted', () => {
    requireRecordFlags(recordFlags(container.args));
    deepEqual([pod.hostNetwork, pod.hostPID], [true, true]);
    const mounted = container.volumeMounts.map(({ name }: { name: string }) => name).sort();
    deepEqual(mounted, pod.volumes.map(({ name }: { name: string }) => name).sort());
  });
});
