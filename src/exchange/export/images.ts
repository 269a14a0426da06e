import type { Process } from './pod.ts';

/** What the command line says of images. */
export interface Images {
  /** Images by process, for those that have none in the config. */
  readonly images: ReadonlyMap<string, string>;
  /** Image of ready-made sidecars, with their programs; null: none. */
  readonly sidecarImage: string | null;
}

/** The image of a process: what the command line says, or the config. */
export const imageOf = ({ name, launch, origin }: Process, options: Images): string | null => {
  if (options.images.has(name)) return options.images.get(name) ?? null;
  if (origin !== null) return options.sidecarImage;
  return launch.command.kind === 'container' ? String(launch.command.image) : null;
};
