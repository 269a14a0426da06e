import type { FoundPod, FoundProcess } from './found-pod.ts';
import { envFileIn } from './host.ts';

/** foreman, honcho and overmind give each process a port: 5000, 5100, … in the order of the lines. */
const FIRST_PORT = 5000;
const PORT_STEP = 100;

/** `release` comes from Heroku: it runs once, before the rest. */
const RELEASE = 'release';

interface Line {
  readonly name: string;
  readonly command: string;
}

export const readProcfile = (source: string, text: string, folder: string): FoundPod => {
  const lines = [...text.matchAll(/^([\w.-]+)[ \t]*:[ \t]*(\S.*?)[ \t\r]*$/gm)].map(
    ([, name = '', command = '']): Line => ({ name, command }),
  );
  const running = lines.filter(({ name }) => name !== RELEASE);
  const primary = running.find(({ name }) => name === 'web') ?? running[0];
  return {
    source,
    fields: envFileIn(folder),
    processes: lines.map((line) => toProcess(line, running.indexOf(line), line === primary)),
    primary: primary?.name ?? null,
    leftOut: [],
    remarks: [
      'a sidecar that exits is restarted; for a Procfile’s "all end when one ends" give it' +
        " essential: true and restart: 'never'",
    ],
  };
};

const toProcess = ({ name, command }: Line, index: number, isPrimary: boolean): FoundProcess => {
  const port = FIRST_PORT + PORT_STEP * index;
  const asksForPort = /\$(PORT\b|\{PORT\b)/.test(command);
  return {
    name,
    comments: [],
    fields: {
      command,
      ...(asksForPort ? { ports: { http: port } } : {}),
      // It may listen on that port, but nothing says so, and a declared port would be probed.
      ...(isPrimary && !asksForPort ? { env: { PORT: port } } : {}),
    },
    dependsOn: [],
    runsOnce: name === RELEASE,
  };
};
