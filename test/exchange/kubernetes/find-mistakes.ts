import { validate as deployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment';
import { validate as statefulSet } from 'kubernetes-models/_schemas/IoK8sApiAppsV1StatefulSet';
import { validate as job } from 'kubernetes-models/_schemas/IoK8sApiBatchV1Job';
import { validate as configMap } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap';
import { validate as claim } from 'kubernetes-models/_schemas/IoK8sApiCoreV1PersistentVolumeClaim';
import { validate as pod } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Pod';
import { validate as secret } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Secret';
import { validate as service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service';
import type { Manifest } from '../../../src/exchange/kubernetes/export-options.ts';
import { findValueMistakes } from './value-rules.ts';

const VALIDATORS = new Map(
  Object.entries({
    ...{ ConfigMap: configMap, Deployment: deployment, Job: job, PersistentVolumeClaim: claim },
    ...{ Pod: pod, Secret: secret, Service: service, StatefulSet: statefulSet },
  }),
);

/**
 * What Kubernetes would refuse in a manifest: values of wrong types, fields that it does not know, and values that break a
 * rule. The validators let unknown fields pass; but they read every field that they know, and nobody reads the others.
 */
export const findMistakes = (manifest: Manifest): readonly string[] => {
  const validate = VALIDATORS.get(String(manifest['kind']));
  if (validate === undefined) return [`${manifest['kind']} has no validator`];
  const unread = new Set(pathsOf(manifest, ''));
  const isValid = validate(watch(manifest, '', (path) => unread.delete(path)));
  // The types of the validators leave it out.
  const { errors } = validate as { readonly errors?: readonly object[] };
  const wrong = isValid ? [] : (errors ?? []).map((error) => JSON.stringify(error));
  if (!isValid) return wrong;
  return [...[...unread].map((path) => `${path} is unknown`), ...findValueMistakes(manifest)];
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const pathsOf = (value: object, at: string): readonly string[] =>
  Object.entries(value).flatMap(([key, inner]) => {
    const path = `${at}/${key}`;
    return isObject(inner) ? [path, ...pathsOf(inner, path)] : [path];
  });

const watch = <Value extends object>(value: Value, at: string, onRead: (path: string) => void): Value =>
  new Proxy(value, {
    get: (target, key) => {
      const inner = Reflect.get(target, key);
      const path = `${at}/${String(key)}`;
      if (Object.hasOwn(target, key)) onRead(path);
      return isObject(inner) ? watch(inner, path, onRead) : inner;
    },
  });
