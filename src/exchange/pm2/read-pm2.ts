import { basename, posix } from 'node:path';
import type { FoundPod } from '../form/found-pod.ts';
import { distinctNames } from '../form/label.ts';
import { Losses } from '../form/losses.ts';
import type { Format, Source } from '../format.ts';
import { type Data, list, readYaml, record, text } from '../reading/read-yaml.ts';
import { readApp } from './read-app.ts';

const CODE = /\.(c|m)?js$/;

const readPm2 = async (source: Source): Promise<FoundPod> => {
  const losses = new Losses();
  const document = await documentOf(source);
  const apps = appsOf(document);
  const names = namesOf(apps);
  const processes = apps.map((app, index) => readApp(names[index] ?? 'app', app, source, losses));
  if (record(document)['deploy'] !== undefined) losses.of(null)('it is about other machines', 'deploy');
  return {
    source: source.name,
    fields: {},
    processes,
    apps: processes.filter(({ runsOnce }) => !runsOnce).map(({ name }) => name),
    losses: losses.all,
    remarks: [
      ...(processes.some(({ fields }) => Number(fields['instances']) > 1) ? [CLUSTER] : []),
      ...(processes.length > 0 ? [SIGNAL] : []),
    ],
  };
};

const CLUSTER =
  "pm2's instances share one port; here each has its own, and an ambassador in front of them has one address for all";
const SIGNAL = "pm2 stops an app with SIGINT, so these have stop.signal 'SIGINT'";

const documentOf = async ({ file, text: content, machine }: Source): Promise<unknown> => {
  if (!CODE.test(file)) return readYaml(content);
  const found = await machine.evaluate(file);
  return typeof found === 'function' ? (found as () => unknown)() : found;
};

/** An object with `apps`, a list of them, or one of them. */
const appsOf = (document: unknown): readonly Data[] => {
  const { apps } = record(document);
  return list(apps ?? document)
    .map((app) => record(app))
    .filter((app) => text(app['script']) !== undefined || text(app['cmd']) !== undefined);
};

/** Without a name, an app has that of its script; two apps of one name get numbers. */
const namesOf = (apps: readonly Data[]): readonly string[] =>
  distinctNames(
    apps.map((app) => {
      const script = text(app['script']) ?? text(app['cmd']) ?? '';
      return text(app['name']) ?? posix.basename(script.split(' ')[0] ?? '').replace(/\.\w+$/, '');
    }),
  );

const NAME = /^(ecosystem|pm2|processes|process)(\.\w+)*\.((c|m)?js|json|ya?ml)$/;

export const pm2: Format = {
  name: 'pm2',
  files: ['ecosystem.config', 'pm2.config', 'ecosystem', 'pm2'].flatMap((name) =>
    ['js', 'cjs', 'mjs', 'json', 'yaml', 'yml'].map((extension) => `${name}.${extension}`),
  ),
  recognizes: ({ file, text: content }) => {
    if (CODE.test(file)) return NAME.test(basename(file));
    return (
      /\.(json|ya?ml)$/.test(file) &&
      list(record(readYaml(content))['apps']).some((app) => 'script' in record(app))
    );
  },
  read: readPm2,
};
