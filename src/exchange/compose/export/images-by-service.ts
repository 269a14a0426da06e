import type { Images } from '../../export/images.ts';
import { titleOf } from '../../export/parts.ts';
import type { Pod, Process } from '../../export/pod.ts';

/** Images by service: an image of `web-proxy` is also that of `web-1-proxy` and `web-2-proxy`. */
export const imagesByService = (
  images: Images['images'],
  services: readonly Process[],
  { processes }: Pod,
): Images['images'] => {
  const titles = new Map([...processes].map(([name, { app }]) => [name, titleOf(name, app)]));
  const meant = services.flatMap(({ name }) => {
    const image = images.get(name) ?? images.get(titles.get(name) ?? name);
    return image === undefined ? [] : [[name, image] as const];
  });
  const known = new Set([...titles.values(), ...services.map(({ name }) => name)]);
  return new Map([...meant, ...[...images].filter(([name]) => !known.has(name))]);
};
