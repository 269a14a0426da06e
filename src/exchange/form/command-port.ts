/**
 * Finds the port that a command line says it listens on: `PORT=3000 …`, `-p 3000`, `--port=3000`, `--bind 0.0.0.0:8000`,
 * `runserver 8000`. Programs that take such an option for another purpose have none.
 */
export const portIn = (line: string): number | undefined =>
  LOCALHOST.test(line) && !/\s--host\b/.test(line) ? undefined : portNamedIn(line);

/** The same, also for programs that listen where a probe of 127.0.0.1 may not find them. */
export const portNamedIn = (line: string): number | undefined => {
  if (/[\n;|&]/.test(line) || CLIENT.test(line)) return undefined;
  const found = WRITTEN.flatMap((pattern) => pattern.exec(line)?.[1] ?? [])[0];
  const port = Number(found);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
};

const WRITTEN = [
  /(?:^|\s)PORT=["']?(\d+)["']?\s/,
  /\s(?:--(?:http-)?port|-p|--listen-port|-port)(?:[ =]["']?|(?=\d))(\d{2,5})["']?(?=\s|$)/,
  /\s(?:-b|--bind|--host|--addr|--address|--listen|-l|-a)[ =](?:tcp:\/\/|http:\/\/)?[\w.*[\]-]*:(\d{2,5})(?=\s|$)/,
  /\srunserver\s+(?:[\w.[\]-]*:)?(\d{2,5})(?=\s|$)/,
  /\shttp\.server\s+(\d{2,5})(?=\s|$)/,
  /\s-S\s+[\w.]+:(\d{2,5})(?=\s|$)/,
];

/** `-p` is another program's port, or none at all. */
const CLIENT =
  /(^|\s)(ssh|scp|mkdir|cp|psql|pg_dump|pg_isready|mysql|mysqladmin|docker|podman|nc|curl|wget|stripe|redis-cli|mongosh|wait-on|wait-for-it|ngrok|cloudflared|kubectl|lt|git|tar|unzip|tsc)(\s|$)/;

/** They listen on `localhost`, which is ::1 on some machines: a probe of 127.0.0.1 would never pass. */
const LOCALHOST =
  /(^|\s|\/)(vite|vitest|astro|ng|webpack|webpack-dev-server|parcel|storybook|svelte-kit|remix)(\s|$)/;

/** True if a command line takes its port from `PORT`. */
export const asksForPort = (line: string): boolean =>
  /\$(PORT\b|\{PORT\b)/.test(line) || READS_PORT.test(line);

/** Servers that listen on PORT by themselves. */
const READS_PORT =
  /(^|\/|\s)(rails\s+s(erver)?|puma|gunicorn|next\s+(dev|start)|nuxt\s+(dev|start)|nuxi\s+dev)(\s|$)/;
