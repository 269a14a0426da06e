import { componentsOf, volumesOf } from '../../config/resolve/component.ts';
import { declaredProcesses, portsOf } from '../../config/resolve/declared.ts';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { VolumeOwners } from './parts.ts';

/** Ports as the config sets them, by process and port. */
export type DeclaredPorts = ReadonlyMap<string, ReadonlyMap<string, DeclaredPort>>;

interface DeclaredPort {
  readonly port: number | 'auto';
  /** Number inside of a container; null: that of the port. */
  readonly target: number | null;
}

/** What of a config a symbolic pod does not say. */
export interface Declared {
  readonly ports: DeclaredPorts;
  readonly volumeOwners: VolumeOwners;
}

export const declaredIn = ({ config }: LoadedConfig): Declared => ({
  ports: new Map(
    declaredProcesses(config).map((process) => [
      process.name,
      new Map(portsOf(process).map(({ name, port, target }) => [name, { port, target }])),
    ]),
  ),
  volumeOwners: new Map(
    componentsOf(config).flatMap((component) =>
      volumesOf(component).map(({ name }) => [name, component.app?.primary ?? null]),
    ),
  ),
});
