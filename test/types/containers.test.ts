import { describe, expectTypeOf, it } from 'vitest';
import { defineConfig } from '../../src/config/types.ts';

describe('a process with an image', () => {
  it('compiles with what it can have, and its ports are numbers for all', () => {
    defineConfig({
      container: { engine: 'podman' },
      init: { seed: { image: 'postgres:17', args: ({ ports }) => ['psql', `${ports.db.main}`] } },
      sidecars: {
        db: {
          image: ({ env }) => `postgres:${env['TAG']}`,
          build: { context: '.', dockerfile: 'Dockerfile', target: 'run', args: { NODE_ENV: 'test' } },
          user: '999',
          workingDir: '/data',
          pull: 'never',
          ports: { main: { port: 'auto', target: 5432 } },
          readiness: { tcp: 'main' },
        },
      },
      primary: {
        image: 'app',
        command: ({ ports }) => {
          expectTypeOf(ports.db.main).toEqualTypeOf<number>();
          return ['serve', `${ports.db.main}`];
        },
      },
    });
  });

  it('does not compile without the image, with another word, or as a ready-made sidecar', () => {
    // @ts-expect-error args belong to an image.
    defineConfig({ primary: { command: 'x', args: ['a'] } });
    // @ts-expect-error a process has a command or an image.
    defineConfig({ primary: { workingDir: '/' } });
    // @ts-expect-error there are three ways to pull.
    defineConfig({ primary: { image: 'a', pull: 'often' } });
    // @ts-expect-error a ready-made sidecar has no image.
    defineConfig({ sidecars: { a: { use: 'monitor', image: 'a' } }, primary: { command: 'x' } });
    // @ts-expect-error there is no such engine.
    defineConfig({ container: { engine: 'lxc' }, primary: { image: 'a' } });
  });
});
