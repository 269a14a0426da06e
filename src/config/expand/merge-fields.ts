import type { CommandProcess } from '../types.ts';

type Fields = Omit<CommandProcess, 'command'>;

/** Fields of a ready-made sidecar with those beside `use`, which win. Maps of names are joined. */
export const mergeFields = (made: CommandProcess, own: Fields): CommandProcess => {
  const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) as Fields;
  return {
    ...made,
    ...set,
    ...joined('ports', made, set),
    ...joined('files', made, set),
    ...(typeof set.env === 'function' ? {} : joined('env', made, set)),
    ...dependsOnBoth(made, set),
    ...providesBoth(made, set),
  };
};

const joined = (field: 'ports' | 'files' | 'env', made: Fields, own: Fields): Fields =>
  made[field] === undefined && own[field] === undefined ? {} : { [field]: { ...made[field], ...own[field] } };

const dependsOnBoth = (made: Fields, own: Fields): Fields => {
  if (made.dependsOn === undefined || own.dependsOn === undefined) return {};
  return { dependsOn: { ...byName(made.dependsOn), ...byName(own.dependsOn) } };
};

const providesBoth = ({ provides: made }: Fields, { provides: own }: Fields): Fields => {
  if (made === undefined || own === undefined) return {};
  const { env, defaults } = { ...made, ...own };
  return {
    provides: {
      ...made,
      ...own,
      ...(typeof env === 'function' ? {} : { env: { ...made.env, ...own.env } }),
      ...(typeof defaults === 'function' ? {} : { defaults: { ...made.defaults, ...own.defaults } }),
    },
  };
};

/** In a list, every dependency has the default condition. */
const byName = (dependsOn: NonNullable<Fields['dependsOn']>) =>
  Array.isArray(dependsOn)
    ? Object.fromEntries(dependsOn.map((name: string) => [name, {}]))
    : (dependsOn as Readonly<Record<string, object>>);
