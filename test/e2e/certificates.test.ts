import { existsSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openAuthority } from '../../src/certificates/authority.ts';
import { startPod } from '../../src/index.ts';
import { CommandLine } from '../support/command-line.ts';
import { Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** A pod whose app is told of a file by a sidecar that starts after it. */
const podWith = (variable: string, file: string, command: string): string => `
sidecars:
  edge:
    command: exec sleep 300
    readiness: false
    provides: { env: { ${variable}: '${file}' } }
    dependsOn: { web: started }
primary: { name: web, command: '${command}', restart: never }
`;

const open = async (files: (data: string) => Readonly<Record<string, string>>) => {
  const project = await Project.create();
  const data = project.path('data');
  for (const [name, text] of Object.entries(files(data))) await project.write(name, text);
  return Object.assign(project, { env: { XDG_DATA_HOME: data }, authority: `${data}/sidecarctl/ca/ca.crt` });
};

describe('certificates that a process is told of', () => {
  test('are there before it starts, whoever starts after it', async () => {
    await using project = await open((data) => ({
      'sidecars.config.yaml': podWith(
        'NODE_EXTRA_CA_CERTS',
        `${data}/sidecarctl/ca/ca.crt`,
        'cat $NODE_EXTRA_CA_CERTS',
      ),
    }));
    const { code, stdout } = await runToEnd(['up'], project.folder, project.env);
    expect({ code, isThere: stdout.includes('BEGIN CERTIFICATE') }).toEqual({ code: 0, isThere: true });
  });

  test('are not made by a look at the config, nor for a pod that names none', async () => {
    await using project = await open((data) => ({
      'sidecars.config.yaml': podWith('NODE_EXTRA_CA_CERTS', `${data}/sidecarctl/ca/ca.crt`, 'true'),
      'other.yaml': podWith('OTHER', '/etc/other.pem', 'true'),
    }));
    await runToEnd(['check'], project.folder, project.env);
    await runToEnd(['up', '-c', 'other.yaml'], project.folder, project.env);
    expect(existsSync(project.env.XDG_DATA_HOME)).toBe(false);
  });

  test('that cannot be made are told before anything starts', async () => {
    await using project = await open((data) => ({
      'sidecars.config.yaml': podWith('NODE_EXTRA_CA_CERTS', `${data}/sidecarctl/ca/ca.crt`, 'touch started'),
      'data/sidecarctl/ca/ca.crt': 'half of a CA',
    }));
    const { code, stderr } = await runToEnd(['up'], project.folder, project.env);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `/sidecarctl/ca/ca.key is missing, so the local CA cannot be used. Put that right, or run`,
    );
    expect(existsSync(project.path('started'))).toBe(false);
    const starting = startPod(
      {
        sidecars: {
          edge: { command: 'exec sleep 300', provides: { env: { NODE_EXTRA_CA_CERTS: project.authority } } },
        },
        primary: { name: 'web', command: 'touch started' },
      },
      { env: project.env, cwd: project.folder },
    );
    await expect(starting).rejects.toMatchObject({ failure: { kind: 'certificates' } });
    expect(existsSync(project.path('started'))).toBe(false);
  });

  test('are made by a reload that names them, or it is refused', async () => {
    await using project = await open(() => ({
      'sidecars.config.yaml': podWith('OTHER', '/etc/other.pem', 'exec sleep 300'),
    }));
    await using _pod = new CommandLine(['up'], project.folder, project.env);
    await expect.poll(async () => (await runToEnd(['status'], project.folder)).code).toBe(0);
    await project.write(
      'sidecars.config.yaml',
      podWith('NODE_EXTRA_CA_CERTS', project.authority, 'exec sleep 300'),
    );
    const reload = () => runToEnd(['reload'], project.folder, project.env);
    await project.write('data/sidecarctl/ca/ca.crt', 'half of a CA');
    expect(await reload()).toMatchObject({ code: 1, stderr: expect.stringContaining('ca.key is missing') });
    rmSync(project.authority);
    expect((await reload()).code).toBe(0);
    const { certificate } = await openAuthority(`${project.env.XDG_DATA_HOME}/sidecarctl`, Date.now());
    expect(certificate.ca).toBe(true);
    expect((await runToEnd(['status'], project.folder)).code).toBe(0);
  });
});
