import {
  environmentPlaces,
  type Field,
  type Places,
  PROCESS_FIELDS,
} from '../../config/schema/process-fields.ts';
import type { Wiring } from '../../config/wiring-types.ts';
import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { Fields, Value } from '../form/found-pod.ts';
import { type Part, Template } from '../form/template.ts';
import { type Dialect, withoutReferences } from '../form/without-references.ts';
import type { Companions, WrittenApp, WrittenPod, WrittenProcess } from '../writing/assemble.ts';
import { type Environment, type UnsetVariable, VariableFiller } from './fill-variables.ts';

export interface ConfigObject {
  readonly config: Readonly<Record<string, unknown>>;
  /** Variables that must be set and are not. */
  readonly unset: readonly UnsetVariable[];
}

/**
 * Makes the config that `writeConfig` would write, without writing it: what refers to ports, volumes and files becomes a
 * function of the wiring, and every other text stands for itself. `env`: values of the source's variables.
 */
export const configObject = (pod: WrittenPod, env: Environment): ConfigObject => {
  const maker = new Maker(env);
  return { config: maker.pod(pod), unset: maker.variables.unset };
};

type Made = Readonly<Record<string, unknown>>;

const FIELDS: Readonly<Record<string, Field>> = PROCESS_FIELDS;

class Maker {
  readonly variables: VariableFiller;

  constructor(env: Environment) {
    this.variables = new VariableFiller(env);
  }

  pod({ name, fields, shared, apps, isOneApp }: WrittenPod): Made {
    const [only] = apps;
    const main =
      only !== undefined && isOneApp
        ? { primary: this.#primary(only, ['primary']) }
        : { apps: Object.fromEntries(apps.map((app) => [app.primary.label, this.#app(app)])) };
    return {
      ...(name === undefined ? {} : { name }),
      ...this.#fields(fields, (field) => (field === 'env' ? environmentPlaces : undefined), []),
      ...this.#companions(shared, []),
      ...main,
    };
  }

  #app(app: WrittenApp): Made {
    const path = ['apps', app.primary.label];
    const volumes = this.#fields(app.volumes, () => undefined, [...path, 'volumes']);
    return {
      ...(Object.keys(volumes).length === 0 ? {} : { volumes }),
      ...this.#companions(app, path),
      primary: this.#primary(app, [...path, 'primary'], false),
    };
  }

  #companions({ init, sidecars }: Companions, path: FieldPath): Made {
    return { ...this.#group('init', init, path), ...this.#group('sidecars', sidecars, path) };
  }

  #group(group: 'init' | 'sidecars', processes: readonly WrittenProcess[], path: FieldPath): Made {
    if (processes.length === 0) return {};
    const made = processes.map(({ label, fields }) => [
      label,
      this.#process(fields, [...path, group, label]),
    ]);
    return { [group]: Object.fromEntries(made) };
  }

  #primary({ primary: { label, fields } }: WrittenApp, path: FieldPath, isNamed = true): Made {
    return { ...(isNamed ? { name: label } : {}), ...this.#process(fields, path) };
  }

  #process(fields: Fields, path: FieldPath): Made {
    return this.#fields(fields, (field) => FIELDS[field]?.places, path);
  }

  #fields(fields: Fields, placesOf: (field: string) => Places | undefined, path: FieldPath): Made {
    return mapFields(fields, (value, field) => {
      return placed(this.variables.fill(value, [...path, field]), placesOf(field));
    });
  }
}

/** Writes a value to where the config has it. */
const placed = (value: Value, places: Places | undefined): unknown => {
  if (places === undefined) return value;
  if (typeof places === 'string') return wired(value, places === 'command' ? 'shell' : 'plain');
  if (!isFields(value)) return places.whole === undefined ? value : placed(value, places.whole);
  return mapFields(value, (inner, name) =>
    placed(inner, 'each' in places ? places.each : places.fields[name]),
  );
};

const isFields = (value: Value): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof RegExp) &&
  !(value instanceof Template);

const mapFields = (fields: Fields, map: (value: Value, name: string) => unknown): Made =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, map(value, name)] as const],
    ),
  );

/** The result of a function is final, so only a text beside it has to be escaped. */
const wired = (value: Value, dialect: Dialect): unknown => {
  if (hasTemplate(value)) return (wiring: Wiring) => resolved(value, wiring);
  return typeof value === 'string' ? withoutReferences(value, dialect) : escaped(value);
};

const hasTemplate = (value: Value | undefined): boolean => {
  if (value instanceof Template) return true;
  if (Array.isArray(value)) return value.some(hasTemplate);
  return typeof value === 'object' && value !== null && Object.values(value as Fields).some(hasTemplate);
};

/** An element of a list is an argument by itself, and never a shell line. */
const escaped = (value: Value): unknown => {
  if (typeof value === 'string') return withoutReferences(value, 'plain');
  if (Array.isArray(value)) return value.map(escaped);
  return isFields(value) ? mapFields(value, escaped) : value;
};

const resolved = (value: Value, wiring: Wiring): unknown => {
  if (value instanceof Template) return value.parts.map((part) => textOf(part, wiring)).join('');
  if (Array.isArray(value)) return value.map((item) => resolved(item, wiring));
  return isFields(value) ? mapFields(value, (inner) => resolved(inner, wiring)) : value;
};

const textOf = (part: Part, { ports, volumes, files }: Wiring): string => {
  if (typeof part === 'string') return part;
  switch (part.kind) {
    case 'port':
      return String(ports[part.process][part.port]);
    case 'volume':
      return volumes[part.name];
    case 'file':
      return files[part.name];
    case 'variable':
      throw new Error(`the variable ${part.name} has been filled in`);
    default:
      return part satisfies never;
  }
};
