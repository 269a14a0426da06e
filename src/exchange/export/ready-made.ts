import { basename } from 'node:path';
import { mapTexts } from '../../config/resolve/symbolic/fill-symbols.ts';
import { SymbolicText } from '../../config/resolve/symbolic/symbols.ts';
import { REPLACED_ROOTS } from '../../model/certificate-places.ts';
import type { Losses } from '../form/losses.ts';
import type { Pod, Process } from './pod.ts';
import { PROGRAMS_IN_IMAGE } from './sidecar-image.ts';

/** An empty folder that ready-made sidecars have in common, in which they make certificates. */
export const OWN_FOLDER = '/run/sidecarctl';
const CERTIFICATES = `${OWN_FOLDER}/certificates`;

/** A pod whose processes all run in containers. */
export const inContainers = (pod: Pod): Pod => ({
  ...pod,
  processes: new Map([...pod.processes].map(([name, process]) => [name, asInContainer(process)])),
});

/**
 * A process as it is in a container, where this user's CA is not. A ready-made sidecar runs its program from its image, and
 * listens on all addresses: others come to that of its container.
 */
const asInContainer = (process: Process): Process => {
  const { launch, files, origin } = process;
  const env = { ...launch.env, provided: withoutTrust(launch.env.provided) };
  if (origin === null) return { ...process, launch: { ...launch, env } };
  // Its image sets no options for Node.
  const { NODE_OPTIONS: _, ...own } = env.own;
  return {
    ...process,
    launch: { ...launch, command: inImage(launch.command), env: { ...env, own } },
    files: files.map((file) => ({ ...file, content: optionsOf(file.content, process.name) })),
  };
};

type LaunchCommand = Process['launch']['command'];
type Content = Process['files'][number]['content'];
type Provided = Process['launch']['env']['provided'];

/** `node FLAGS PROGRAM OPTIONS`, with the program where the image has it. */
const inImage = (command: LaunchCommand): LaunchCommand =>
  command.kind === 'direct'
    ? {
        ...command,
        file: 'node',
        args: command.args.map((each) =>
          typeof each === 'string' && each.endsWith('.js') ? `${PROGRAMS_IN_IMAGE}/${basename(each)}` : each,
        ),
      }
    : command;

const optionsOf = (content: Content, name: string): Content => {
  if (typeof content === 'string') return moved(content);
  return mapTexts(content, ({ parts }) => {
    const texts = parts.map((part, index) => {
      if (typeof part !== 'string') return part;
      const next = parts[index + 1];
      const isOwn = typeof next === 'object' && next.is === 'port' && next.process === name;
      return isOwn ? moved(part).replace(LISTENING, '0.0.0.0:') : moved(part);
    });
    return new SymbolicText(texts);
  }) as Content;
};

const moved = (text: string): string =>
  text.replace(/"certificates": "[^"]*"/, `"certificates": "${CERTIFICATES}"`);

/** Before the number of a port of its own: an address to listen on. */
const LISTENING = /127\.0\.0\.1:$/;

const withoutTrust = (provided: Provided): Provided =>
  Object.fromEntries(Object.entries(provided).filter(([name]) => !TRUST.includes(name)));

/** Variables with the CA of this user. */
const TRUST: readonly string[] = ['NODE_EXTRA_CA_CERTS', ...REPLACED_ROOTS];

/** A sidecar that shows or issues certificates of a CA that the user has here, and the pod does not. */
const usesOwnCertificates = ({ origin, files }: Process): boolean =>
  origin !== null && files.some(({ content }) => OWN_CERTIFICATE.test(textOf(content)));

const OWN_CERTIFICATE = /"certificate": "local"|"tls": \{\s*"files": null/;

const textOf = (content: unknown): string =>
  content instanceof SymbolicText
    ? content.parts.filter((part) => typeof part === 'string').join('')
    : String(content);

/** Ready-made sidecars that ask the supervisor of their pod, which other tools do not have. */
export const asksSupervisor = ({ origin, files }: Process): boolean =>
  origin !== null &&
  (origin.use === 'monitor' || files.some(({ content }) => textOf(content).includes('"kind": "processes"')));

/** Names of the sidecars that have certificates in common. */
export const usersOfCertificates = (processes: readonly Process[], losses: Losses): ReadonlySet<string> => {
  const users = processes.filter(usesOwnCertificates);
  for (const { name } of users)
    losses.of(name)('each pod makes a CA of its own, which nobody else is told of', 'with.tls');
  return new Set(users.map(({ name }) => name));
};

/** Name of the volume with them. */
export const CERTIFICATES_VOLUME = 'sidecarctl-certificates';
