import { COLLECTION_STYLE, dump, type MappingNode, type Node, type SequenceNode, visit } from 'js-yaml';
import { compact } from '../../export/compact.ts';
import type { ComposeFile, Data, Service } from './compose-file.ts';

/** Variables that all services have, and the name by which they refer to them. */
const SHARED = 'x-environment';
const ANCHOR = 'environment';
const MERGED = '<<';

/** A longer list has a line for each of its items. */
const LONGEST_LINE = 120;

/** A Compose file as YAML: short lists in a line, and variables of all services once. */
export const writeCompose = ({ comments, name, apps, services, ...rest }: ComposeFile): string => {
  const shared = sharedBy(Object.values(services));
  const refer = Object.keys(shared).length > 0;
  const document = compact({
    name,
    'x-apps': apps,
    [SHARED]: shared,
    services: Object.fromEntries(
      Object.entries(services).map(([each, service]) => [each, refer ? without(service, shared) : service]),
    ),
    ...rest,
  });
  const text = dump(document, {
    ...{ lineWidth: -1, noRefs: true, quoteStyle: 'double' },
    transform: (documents) => visit(documents, styled),
  });
  return [...comments.map((line) => `# ${line}\n`), comments.length > 0 ? '\n' : '', text].join('');
};

type Variables = Service['environment'];

/** Variables that are the same in all of several services. */
const sharedBy = (services: readonly Service[]): Variables => {
  const [first, ...others] = services;
  if (first === undefined || others.length === 0) return {};
  const same = Object.entries(first.environment).filter(([name, value]) =>
    others.every(({ environment }) => environment[name] === value),
  );
  return Object.fromEntries(same);
};

const without = (service: Service, shared: Variables): Data => {
  const own = Object.entries(service.environment).filter(([name]) => !Object.hasOwn(shared, name));
  return { ...service, environment: { [MERGED]: {}, ...Object.fromEntries(own) } };
};

const styled = (node: Node): void => {
  if (node.kind === 'sequence' && isShort(node)) node.style = COLLECTION_STYLE.FLOW;
  if (node.kind === 'mapping') withReferences(node);
};

const isShort = ({ items }: SequenceNode): boolean => {
  const texts = items.map((item) => (item.kind === 'scalar' ? item.value : '\n'));
  return !texts.some((text) => text.includes('\n')) && texts.join(', ').length < LONGEST_LINE;
};

const withReferences = ({ items }: MappingNode): void => {
  for (const item of items) {
    if (item.key.kind !== 'scalar') continue;
    if (item.key.value === SHARED && item.value.kind === 'mapping') item.value.anchor = ANCHOR;
    if (item.key.value !== MERGED) continue;
    item.key.tag = MERGE_TAG;
    item.value = { kind: 'alias', anchor: ANCHOR };
  }
};

/** Without it, the key would be quoted. */
const MERGE_TAG = 'tag:yaml.org,2002:merge';
