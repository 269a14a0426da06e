import { componentsOf, volumesOf } from '../../config/resolve/component.ts';
import { declaredProcesses, portsOf } from '../../config/resolve/declared.ts';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { VolumeOwners } from './parts.ts';

/** Ports as the config sets them, by process and port. */
export type DeclaredPorts = ReadonlyMap<string, ReadonlyMap<string, DeclaredPort>>;

export interface DeclaredPort {
  readonly port: number | 'auto';
  /** Number inside of a container; null: that of the port. */
  readonly target: number | null;
  /** Address of this machine. */
  readonly host: string;
}

/** What of a config a symbolic pod does not say. */
export interface Declared {
  readonly ports: DeclaredPorts;
  readonly volumeOwners: VolumeOwners;
  /** Folders of this machine that are volumes, by the names of these, as the config has them. */
  readonly volumePaths: ReadonlyMap<string, string>;
}

export const declaredIn = ({ config }: LoadedConfig): Declared => ({
  ports: new Map(
    declaredProcesses(config).map((process) => [
      process.name,
      new Map(portsOf(process).map(({ name, port, target, host }) => [name, { port, target, host }])),
    ]),
  ),
  volumeOwners: new Map(volumes(config).map(({ component, name }) => [name, component.app?.primary ?? null])),
  volumePaths: new Map(
    volumes(config).flatMap(({ name, fields }) => (fields.path === undefined ? [] : [[name, fields.path]])),
  ),
});

const volumes = (config: LoadedConfig['config']) =>
  componentsOf(config).flatMap((component) =>
    volumesOf(component).map((volume) => ({ ...volume, component })),
  );
